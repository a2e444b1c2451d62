"""Who may do what in Compose's PostgreSQL, tried with its own scripts, rules and secrets."""

import re
import subprocess
from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy import text

from cli.setup.migrate_run import migrated, migrated_where_older
from database.engine import Database
from database.errors import DatabaseUnavailable
from database.schema_version import check
from tests.database import cluster
from tests.deploy.compose import ROOT
from tests.deploy.postgresql import Server, create_databases, empty_server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server that was set up as Compose does it."""
    programs = cluster.executables()
    if programs is None:
        pytest.skip("PostgreSQL isn't installed (Debian: apt-get install postgresql)")
    with running_server(programs, tmp_path_factory.mktemp("project")) as made:
        yield made


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
        await _over_the_network(server, user, database)


async def test_a_wrong_password_is_refused_on_the_socket_too(server: Server) -> None:
    """Whoever has the socket but not the owner's secret gets nowhere."""
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            host=str(server.socket), port=server.port, user="owner", password="x", database="x"
        )


@pytest.mark.parametrize("database", ["temporal", "temporal_visibility"])
async def test_temporal_may_make_its_schema(server: Server, database: str) -> None:
    """Temporal's user owns its databases, so that it can make tables and the extension it uses."""
    connection = await _over_the_network(server, "temporal", database)
    await connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")
    await connection.execute("CREATE TABLE mine (number integer)")
    await connection.close()


async def test_a_backup_is_restored_into_a_new_server(server: Server) -> None:
    """What the page runs in the container asks for no password, and brings everything back."""
    page = (ROOT / "docs/deploy-compose.md").read_text()
    backup, restore = re.findall(
        r"^docker compose exec -T postgresql sh -c '([^']+)'", page, re.MULTILINE
    )
    mine = await _over_the_network(server, "temporal", "temporal")
    await mine.execute("CREATE TABLE kept AS SELECT 'as it was' AS how")
    await mine.close()
    dump = _in_container(server, backup)
    with empty_server(server.programs, server.secrets) as new:
        _in_container(new, restore, dump)
        # What `docker compose up` runs next.
        create_databases(**new.environment)
        restored = await _over_the_network(new, "temporal", "temporal")
        assert await restored.fetchval("SELECT how FROM kept") == "as it was"
        await restored.close()
        worker = await _over_the_network(new, "worker", "mfa_rollout")
        owner = "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"
        assert await worker.fetchval(owner) == "owner"
        await worker.close()


async def _over_the_network(server: Server, user: str, database: str) -> asyncpg.Connection:
    return await asyncpg.connect(
        host="127.0.0.1",
        port=server.port,
        user=user,
        password=server.password(user),
        database=database,
        ssl=False,
    )


def _in_container(server: Server, command: str, given: bytes = b"") -> bytes:
    """Run a command where the container's shell does, and return what it prints."""
    here = command.replace("/run/secrets", str(server.secrets))
    return subprocess.run(  # noqa: S603 - a command of our own page
        ["/bin/sh", "-c", here],
        env=server.environment,
        input=given,
        check=True,
        capture_output=True,
        timeout=30,
    ).stdout


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
