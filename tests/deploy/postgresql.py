"""Compose's PostgreSQL, made ready by its own scripts, rules and secrets."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.layout import free_ports
from settings import DatabaseSettings, settings_from
from tests.database import cluster
from tests.deploy.compose import ROOT


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that was set up as Compose does it."""

    programs: Path
    socket: Path
    port: int
    secrets: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return what scripts find beside the server: its programs, its socket and its secrets."""
        return {
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "PGHOST": str(self.socket),
            "PGPORT": str(self.port),
            "SECRETS": str(self.secrets),
        }

    def tell(self, statement: str) -> None:
        """Run a statement as the superuser, while nobody is asked for a password."""
        command = [str(self.programs / "psql"), "--username=postgres", f"--command={statement}"]
        subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603

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


@contextmanager
def running_server(programs: Path, project: Path) -> Iterator[Server]:
    """Run a server with Compose's rules; the databases' secrets are made in ``project``.

    The databases are made three times: by an administrator who is no superuser, as managed servers
    have them, and twice as Compose does.
    """
    deploy = project / "deploy"
    deploy.mkdir()
    shutil.copy(ROOT / "deploy/prepare.sh", deploy)
    for _ in range(2):
        subprocess.run(["/bin/sh", deploy / "prepare.sh"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    secrets = deploy / "secrets/made"
    without_temporal = Path(shutil.copytree(secrets, deploy / "managed"))
    (without_temporal / "temporal-database-password").unlink()
    managed = {"PGUSER": "administrator1", "SECRETS": str(without_temporal)}
    with empty_server(
        programs, secrets, lambda made: create_databases(**made.environment | managed)
    ) as made:
        for _ in range(2):
            create_databases(**made.environment)
        yield made


@contextmanager
def empty_server(
    programs: Path, secrets: Path, managed: Callable[[Server], None] = lambda _: None
) -> Iterator[Server]:
    """Run a new server with Compose's rules, which holds nothing but what the image makes.

    Before the rules hold, ``managed`` may do what the administrator of a managed server does.
    """
    data = cluster.make(programs, "postgres")
    # Where the server's own user can read it.
    rules = Path(shutil.copy(ROOT / "deploy/postgresql/pg_hba.conf", data / "rules.conf"))
    rules.chmod(0o644)
    (port,) = free_ports(1)
    made = Server(programs=programs, socket=data, port=port, secrets=secrets)
    try:
        folder = f"unix_socket_directories={data}"
        cluster.launch(programs, data, port, folder)
        for statement in (
            # What the image's entry point does with POSTGRES_PASSWORD_FILE.
            f"ALTER ROLE postgres PASSWORD '{made.password('postgres')}'",
            # What the administrator of a managed server is.
            "CREATE ROLE administrator1 LOGIN CREATEDB CREATEROLE",
        ):
            made.tell(statement)
        managed(made)
        made.tell("CHECKPOINT")
        cluster.kill(programs, data)
        cluster.launch(programs, data, port, folder, f"hba_file={rules}")
        yield made
    finally:
        cluster.remove(programs, data)


def create_databases(**environment: str) -> None:
    """Run the script that makes databases and users."""
    script = ROOT / "deploy/postgresql/create-databases.sh"
    subprocess.run(["/bin/sh", script], env=environment, check=True)  # noqa: S603
