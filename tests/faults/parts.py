"""The product's processes, each of which can be killed and started again."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from cli.processes.demo import demo_tenant
from demo.commands import CLI, parts_of, run_verb
from demo.layout import Layout
from demo.processes import Process
from tests.faults.arrangement import Arrangement
from tests.support.eventually import eventually

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

    async def start(self, name: str, *, launcher: Sequence[str] = ()) -> None:
        """Start one part, run by another module where one is given, and wait until it is ready."""
        process = self._known[name]
        command = launched(process.command[len(CLI) :], launcher) if launcher else process.command
        log = self._log(name)
        # Readiness is read from the log: what an earlier life wrote is put aside.
        if log.exists():
            with (self._folder / f"{log.name}.before").open("ab") as before:
                before.write(log.read_bytes())
        with log.open("wb") as output:
            child = await asyncio.create_subprocess_exec(
                *command,
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

    async def stop(self, name: str) -> None:
        """End one part as an operator does, who lets it finish what it has begun."""
        child = self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await child.wait()

    def log(self, name: str) -> str:
        """Return what a part has said since it was started."""
        return self._log(name).read_text(errors="replace")

    def _log(self, name: str) -> Path:
        return self._folder / f"{name.replace(' ', '-')}.log"

    def pid(self, name: str) -> int:
        """Return the id of a running part's process."""
        return self._running[name].pid

    async def kill_all(self) -> None:
        """Leave nothing behind."""
        for name in reversed(list(self._running)):
            await self.kill(name)


def launched(verb: Sequence[str], launcher: Sequence[str]) -> tuple[str, ...]:
    """Return the command of a verb, run by a module with its arguments in place of our own."""
    return (sys.executable, "-m", *launcher, *verb) if launcher else (*CLI, *verb)


def _arranged(process: Process, arrangement: Arrangement) -> Process:
    command = process.command
    if launcher := arrangement.launchers.get(process.name):
        command = launched(command[len(CLI) :], launcher)
    return replace(
        process,
        command=(*command, *arrangement.arguments.get(process.name, ())),
        env={**process.env, **arrangement.environment} if process.env else process.env,
    )


@asynccontextmanager
async def running_parts(
    folder: Path, arrangement: Arrangement, *, day_seconds: float, database_url: str
) -> AsyncIterator[tuple[Layout, Parts, httpx.AsyncClient]]:
    """Start everything with tables of its own; give where it is, its parts, and the tenant."""
    layout = Layout.fresh(folder, day_seconds, data=arrangement.data, database_url=database_url)
    # On a busy machine hundreds of people wait long for their turn to ask it.
    tenant = httpx.AsyncClient(base_url=layout.tenant, trust_env=False, timeout=PATIENCE_SECONDS)
    async with tenant as control:
        groups = parts_of(layout, demo_tenant(), control, acting=False)
        parts = Parts(folder, [[_arranged(one, arrangement) for one in some] for some in groups])
        await run_verb(layout, demo_tenant(), "migrate")
        try:
            await parts.start_all()
            yield layout, parts, control
        finally:
            await parts.kill_all()
