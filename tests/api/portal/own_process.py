"""The portal in a process of its own: ``python -m tests.api.portal.own_process DATABASE_URL``.

It runs as the entry point runs it, but for Temporal, which can't be reached: on uvloop, behind the
limits of connections, and without looking again for garbage in what was imported. It prints its
address, and ends when its standard input ends.
"""

import asyncio
import gc
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from api.config import PortalConfig
from api.limits.client_address import ClientAddresses
from api.server.connections import ConnectionLimits, Connections
from api.server.listener import listen
from api.server.serve import server_of
from cli.run import run
from database.engine import Database
from tests.api.portal.portal import running_portal
from tests.api.running import lazy_client
from tests.database.sizes import TICKS

NOWHERE = "127.0.0.1:9"


class PortalProcess:
    """A portal that runs: its address, and what its process has used."""

    def __init__(self, address: str, process_id: int) -> None:
        """Know both."""
        self.address = address
        self._stat = Path(f"/proc/{process_id}/stat")

    def cpu_used(self) -> float:
        """Return the seconds of CPU that it has used."""
        _, _, rest = self._stat.read_text().rpartition(")")
        return sum(int(ticks) for ticks in rest.split()[11:13]) / TICKS


@asynccontextmanager
async def portal_process(database_url: str) -> AsyncIterator[PortalProcess]:
    """Run a portal on these tables in another process."""
    program = [sys.executable, "-m", __name__, database_url]
    process = await asyncio.create_subprocess_exec(*program, stdin=PIPE, stdout=PIPE)
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the process has no pipes")
    try:
        address = (await process.stdout.readline()).decode().strip()
        yield PortalProcess(address, process.pid)
    finally:
        process.stdin.close()
        await process.wait()


async def _serve(database_url: str) -> None:
    database = Database(database_url)
    connections = Connections(ConnectionLimits(), ClientAddresses(()))
    with tempfile.TemporaryDirectory() as folder:
        async with running_portal(
            await lazy_client(NOWHERE),
            Path(folder),
            database,
            portal=PortalConfig(base_url="http://127.0.0.1", draws_at_start=True),
            deadline=datetime.now(UTC).date(),
        ) as running:
            listener = listen("127.0.0.1", 0)
            server = server_of(running.api.app, connections, lifespan="off")
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201
            await asyncio.to_thread(sys.stdin.read)
            server.should_exit = True
            await serving
    await database.close()


if __name__ == "__main__":
    # As the command line does; what is run switches it on again.
    gc.disable()
    run(_serve(sys.argv[1]), many_sockets=True)
