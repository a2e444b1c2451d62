"""A PostgreSQL cluster of one test's own, which it may kill."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from tests.database import cluster


class OwnCluster:
    """One cluster: where it is, and how it is killed and comes back."""

    def __init__(self, programs: Path, entry: cluster.Entry) -> None:
        """Take what was started."""
        self._programs = programs
        self._entry = entry

    @property
    def address(self) -> str:
        """User, host and port, as an address has them."""
        return self._entry["address"]

    async def kill(self) -> None:
        """End all its processes at once, as a crash does; the next start recovers."""
        await asyncio.to_thread(cluster.kill, self._programs, Path(self._entry["data"]))

    async def start(self) -> None:
        """Start it again, on the same port."""
        port = int(self.address.rpartition(":")[2])
        await asyncio.to_thread(cluster.launch, self._programs, Path(self._entry["data"]), port)

    async def is_running(self) -> bool:
        """Say whether it runs; it ends by itself where it can't write its log."""
        data = Path(self._entry["data"])
        return await asyncio.to_thread(cluster.is_running, self._programs, data)

    async def back_up(self, url: str, backup: Path) -> None:
        """Write a backup of one database, as operators do, while all runs."""
        with backup.open("wb") as file:
            await self._run("pg_dump", "--format=custom", url, stdout=file)

    async def restore(self, url: str, backup: Path) -> None:
        """Put one database back to where it was; nobody may be connected to it."""
        with backup.open("rb") as file:
            await self._run("pg_restore", "--clean", f"--dbname={url}", stdin=file)

    async def _run(
        self,
        program: str,
        *arguments: str,
        stdin: IO[bytes] | None = None,
        stdout: IO[bytes] | None = None,
    ) -> None:
        libpq = [one.replace("postgresql+asyncpg://", "postgresql://") for one in arguments]
        child = await asyncio.create_subprocess_exec(
            self._programs / program, *libpq, stdin=stdin, stdout=stdout
        )
        assert await child.wait() == 0, f"{program} failed"


@asynccontextmanager
async def own_cluster(programs: Path, folder: Path | None = None) -> AsyncIterator[OwnCluster]:
    """Start a cluster, in a folder where one is given, and leave nothing behind."""
    entry = await asyncio.to_thread(cluster.create, programs, folder)
    try:
        yield OwnCluster(programs, entry)
    finally:
        await asyncio.to_thread(cluster.remove, programs, Path(entry["data"]))
