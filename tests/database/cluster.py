"""One PostgreSQL cluster for a whole test run, shared by all of its processes."""

import fcntl
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypedDict

from demo.layout import free_ports

OWNER = "mfa_rollout"
# Nothing of a test run has to survive a power cut.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class Entry(TypedDict):
    """What the processes of a run tell each other about the cluster."""

    address: str
    data: str
    users: int


def executables() -> Path | None:
    """Return the folder of PostgreSQL's programs: on PATH, or where Debian puts them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@contextmanager
def shared(folder: Path, programs: Path) -> Iterator[str]:
    """Give the address of the run's cluster: the first user starts it, the last one stops it."""
    book = folder / "postgresql.json"
    with _locked(folder):
        entry: Entry = json.loads(book.read_text()) if book.exists() else create(programs)
        entry["users"] += 1
        book.write_text(json.dumps(entry))
    try:
        yield entry["address"]
    finally:
        with _locked(folder):
            entry = json.loads(book.read_text())
            entry["users"] -= 1
            if entry["users"]:
                book.write_text(json.dumps(entry))
            else:
                remove(programs, Path(entry["data"]))
                book.unlink()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def create(programs: Path, folder: Path | None = None) -> Entry:
    """Make a cluster, in a folder where one is given, and start it on a free port."""
    data = make(programs, OWNER, folder)
    (port,) = free_ports(1)
    launch(programs, data, port)
    return {"address": f"{OWNER}@127.0.0.1:{port}", "data": str(data), "users": 0}


def make(programs: Path, superuser: str, folder: Path | None = None) -> Path:
    """Make a cluster, and return where it is. One in a given folder has small pieces of its log."""
    data = Path(tempfile.mkdtemp(prefix="mfa-rollout-postgresql-", dir=folder))
    user = _unprivileged_user()
    if user is not None:
        os.chown(data, pwd.getpwnam(user).pw_uid, -1)
    initdb = (programs / "initdb", "-D", data, "-U", superuser, "-A", "trust", "-E", "UTF8")
    _run(*initdb, "--no-sync", *(["--wal-segsize=1"] if folder else []))
    return data


def launch(programs: Path, data: Path, port: int, *settings: str) -> None:
    """Start a cluster that was made, and wait until it answers."""
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
    options += "".join(f" -c {setting}" for setting in (*_FAST, *settings))
    _run(programs / "pg_ctl", "start", "-w", "-D", data, "-o", options, "-l", data / "log")


def is_running(programs: Path, data: Path) -> bool:
    """Say whether a cluster's processes run."""
    try:
        _run(programs / "pg_ctl", "status", "-D", data)
    except subprocess.CalledProcessError:
        return False
    return True


def kill(programs: Path, data: Path) -> None:
    """End a cluster's processes without a word to anybody."""
    _run(programs / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)


def remove(programs: Path, data: Path) -> None:
    """End a cluster, if it runs, and delete it."""
    with suppress(subprocess.CalledProcessError):
        kill(programs, data)
    shutil.rmtree(data)


def _run(*command: str | Path) -> None:
    """Run one of PostgreSQL's programs, which refuse to be root."""
    subprocess.run(  # noqa: S603 - our own command line
        command,
        user=_unprivileged_user(),
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _unprivileged_user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None
