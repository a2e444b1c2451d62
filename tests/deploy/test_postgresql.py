"""Who may do what in Compose's PostgreSQL, tried with its own scripts, rules and secrets."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from cli.setup.migrate_run import migrated, migrated_where_older
from database.engine import Database
from database.errors import DatabaseUnavailable
from database.schema_version import check
from demo.layout import free_ports
from settings import DatabaseSettings, settings_from
from tests.database import cluster
from tests.deploy.compose import ROOT


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that was set up as Compose does it."""

    socket: Path
    port: int
    secrets: Path

    def url(self, name: str) -> str:
        """Return the address that a secret holds, where this server is."""
        written = (self.secrets / name).read_text().strip()
        by_socket = f"host={self.socket}&port={self.port}"
        return written.replace("host=/var/run/postgresql", by_socket).replace(
            "@postgresql/", f"@127.0.0.1:{self.port}/"
        )

    def settings(self, name: str) -> DatabaseSettings:
        """Return the settings of a process that has this secret."""
        return settings_from(DatabaseSettings, {"DATABASE_URL": self.url(name)})

    def password(self, user: str) -> str:
        """Return the password of a user of the server."""
        if user in {"postgres", "temporal"}:
            name = {"postgres": "postgresql-password"}.get(user, "temporal-database-password")
            return (self.secrets / name).read_text().strip()
        return self.url(f"{user}-database-url").split(":")[2].partition("@")[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server with Compose's rules, made ready by its scripts.

    The databases are made three times: by an administrator who is no superuser, as managed servers
    have them, and twice as Compose does.
    """
    programs = cluster.executables()
    if programs is None:
        pytest.skip("PostgreSQL isn't installed (Debian: apt-get install postgresql)")
    deploy = tmp_path_factory.mktemp("project") / "deploy"
    deploy.mkdir()
    shutil.copy(ROOT / "deploy/prepare.sh", deploy)
    for _ in range(2):
        subprocess.run(["/bin/sh", deploy / "prepare.sh"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    secrets = deploy / "secrets/made"
    data = cluster.make(programs, "postgres")
    # Where the server's own user can read it.
    rules = Path(shutil.copy(ROOT / "deploy/postgresql/pg_hba.conf", data / "rules.conf"))
    rules.chmod(0o644)
    (port,) = free_ports(1)
    made = Server(socket=data, port=port, secrets=secrets)
    try:
        folder = f"unix_socket_directories={data}"
        environment = {"PATH": f"{programs}:{os.environ['PATH']}", "PGHOST": str(data)}
        environment |= {"PGPORT": str(port), "SECRETS": str(secrets)}
        cluster.launch(programs, data, port, folder)
        statements = (
            # What the image's entry point does with POSTGRES_PASSWORD_FILE.
            f"ALTER ROLE postgres PASSWORD '{made.password('postgres')}'",
            # What the administrator of a managed server is.
            "CREATE ROLE administrator1 LOGIN CREATEDB CREATEROLE",
        )
        for statement in statements:
            command = [str(programs / "psql"), "--username=postgres", f"--command={statement}"]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        without_temporal = shutil.copytree(secrets, deploy / "managed")
        (without_temporal / "temporal-database-password").unlink()
        managed = {"PGUSER": "administrator1", "SECRETS": str(without_temporal)}
        create_databases(**environment | managed)
        command = [str(programs / "psql"), "--username=postgres", "--command=CHECKPOINT"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        cluster.kill(programs, data)
        cluster.launch(programs, data, port, folder, f"hba_file={rules}")
        for _ in range(2):
            create_databases(**environment)
        yield made
    finally:
        cluster.remove(programs, data)


def create_databases(**environment: str) -> None:
    """Run the script that makes databases and users."""
    script = ROOT / "deploy/postgresql/create-databases.sh"
    subprocess.run(["/bin/sh", script], env=environment, check=True)  # noqa: S603


async def test_the_owner_makes_the_tables_and_the_others_use_them(server: Server) -> None:
    """Over the socket the owner migrates; worker and API may do what they need, and no more."""
    assert await migrated(server.settings("owner-database-url"))
    for user, refused in (("worker", "DELETE FROM audit"), ("api", "DELETE FROM enrolment")):
        mine = Database(server.url(f"{user}-database-url"))
        try:
            await check(mine)
            async with mine.reading() as connection:
                await connection.execute(text("SELECT count(*) FROM enrolment"))
            with pytest.raises(DatabaseUnavailable, match="42501"):
                async with mine.writing() as connection:
                    await connection.execute(text(refused))
        finally:
            await mine.close()
    # `admin provision` is the worker's user.
    assert await migrated_where_older(server.settings("worker-database-url")) == []


@pytest.mark.parametrize(
    ("user", "database"),
    [
        ("postgres", "postgres"),
        ("postgres", "mfa_rollout"),
        ("owner", "mfa_rollout"),
        ("worker", "temporal"),
        ("api", "temporal_visibility"),
        ("api", "postgres"),
        ("temporal", "mfa_rollout"),
        ("temporal", "postgres"),
    ],
)
async def test_over_the_network_nobody_reaches_more(
    server: Server, user: str, database: str
) -> None:
    """Even with the right password no user gets to a database that isn't theirs."""
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError, match="no pg_hba"):
        await asyncpg.connect(
            host="127.0.0.1",
            port=server.port,
            user=user,
            password=server.password(user),
            database=database,
            ssl=False,
        )


async def test_a_wrong_password_is_refused_on_the_socket_too(server: Server) -> None:
    """Whoever has the socket but not the owner's secret gets nowhere."""
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            host=str(server.socket), port=server.port, user="owner", password="x", database="x"
        )


@pytest.mark.parametrize("database", ["temporal", "temporal_visibility"])
async def test_temporal_may_make_its_schema(server: Server, database: str) -> None:
    """Temporal's user owns its databases, so that it can make tables and the extension it uses."""
    connection = await asyncpg.connect(
        host="127.0.0.1",
        port=server.port,
        user="temporal",
        password=server.password("temporal"),
        database=database,
        ssl=False,
    )
    await connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")
    await connection.execute("CREATE TABLE mine (number integer)")
    await connection.close()


def test_secrets_are_kept_from_others(server: Server) -> None:
    """A folder that its owner alone opens holds files that a container's user can read."""
    assert server.secrets.parent.stat().st_mode & 0o777 == 0o700
    files = list(server.secrets.iterdir())
    assert {file.stat().st_mode & 0o777 for file in files} == {0o444}
    assert {file.name for file in files} == {
        file.name for file in (ROOT / "deploy/demo-secrets").iterdir()
    }
    passwords = [
        server.password(user) for user in ("postgres", "temporal", "owner", "worker", "api")
    ]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) == 64
