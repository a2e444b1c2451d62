"""The product's processes, each of which can be killed and started again."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from cli.processes.demo import demo_tenant
from demo.commands import parts_of, run_verb
from demo.layout import Layout
from demo.processes import Process
from tests.support.world import eventually

WORKER, API, TEMPORAL = "worker", "API", "Temporal server"
# How long a part may take to come up on a busy machine.
PATIENCE_SECONDS = 300


class Parts:
    """Temporal, the tenant, a worker and the API, as processes of their own sessions."""

    def __init__(self, folder: Path, processes: list[list[Process]]) -> None:
        """Know the processes; those of a list need the ones in the lists before."""
        self._folder = folder
        self._order = processes
        self._known = {process.name: process for group in processes for process in group}
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def start_all(self) -> None:
        """Start everything, and wait until it is ready."""
        for group in self._order:
            await asyncio.gather(*(self.start(process.name) for process in group))

    async def start(self, name: str) -> None:
        """Start one part, and wait until it is ready."""
        process = self._known[name]
        log = self._folder / f"{name.replace(' ', '-')}.log"
        # Readiness is read from the log: what an earlier life wrote is put aside.
        if log.exists():
            with (self._folder / f"{log.name}.before").open("ab") as before:
                before.write(log.read_bytes())
        with log.open("wb") as output:
            child = await asyncio.create_subprocess_exec(
                *process.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **process.env},
                start_new_session=True,
            )
        self._running[name] = child

        async def is_ready() -> bool:
            assert child.returncode is None, f"{name} ended: {log.read_text()[-2000:]}"
            return await process.ready()

        await eventually(is_ready, seconds=PATIENCE_SECONDS)

    async def kill(self, name: str) -> None:
        """End one part as a power failure would."""
        child = self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()

    def pid(self, name: str) -> int:
        """Return the id of a running part's process."""
        return self._running[name].pid

    async def kill_all(self) -> None:
        """Leave nothing behind."""
        for name in reversed(list(self._running)):
            await self.kill(name)


@asynccontextmanager
async def running_parts(
    folder: Path, *, day_seconds: float, database_url: str
) -> AsyncIterator[tuple[Layout, Parts, httpx.AsyncClient]]:
    """Start everything with tables of its own; give where it is, its parts, and the tenant."""
    layout = Layout.fresh(folder, day_seconds, database_url=database_url)
    async with httpx.AsyncClient(base_url=layout.tenant, trust_env=False, timeout=60) as control:
        parts = Parts(folder, parts_of(layout, demo_tenant(), control, acting=False))
        await run_verb(layout, demo_tenant(), "migrate")
        try:
            await parts.start_all()
            yield layout, parts, control
        finally:
            await parts.kill_all()
