"""The product's processes, each of which can be killed and started again."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from cli.processes.demo import demo_tenant
from cli.terminal import ExitStatus
from demo.commands import CLI, parts_of
from demo.layout import Layout
from demo.processes import Process
from tests.faults.arrangement import Arrangement
from tests.support import warm
from tests.support.eventually import eventually

WORKER, API, TEMPORAL = "worker", "API", "Temporal server"
# How long a part may take to come up on a busy machine.
PATIENCE_SECONDS = 300

# Returns the words that run a module.
Program = Callable[[str], tuple[str, ...]]


def cold(module: str) -> tuple[str, ...]:
    """Return the words that run a module as people do; `warm.command` costs less CPU."""
    return (sys.executable, "-m", module)


class Parts:
    """Temporal, the tenant, a worker and the API, as processes of their own sessions."""

    def __init__(
        self,
        layout: Layout,
        processes: list[list[Process]],
        *,
        arrangement: Arrangement,
        program: Program,
    ) -> None:
        """Know the processes; those of a list need the ones in the lists before."""
        self._layout = layout
        self._arrangement = arrangement
        self._program = program
        self._order = processes
        self._known = {process.name: process for group in processes for process in group}
        self._running: dict[str, asyncio.subprocess.Process] = {}

    def add(self, process: Process) -> None:
        """Know one more process, which needs all others."""
        self._order.append([process])
        self._known[process.name] = process

    def process(self, name: str) -> Process:
        """Return how a part is started."""
        return self._known[name]

    async def start_all(self) -> None:
        """Start everything, and wait until it is ready."""
        for group in self._order:
            await asyncio.gather(*(self.start(process.name) for process in group))

    async def start(self, name: str, *, launcher: Sequence[str] = ()) -> None:
        """Start one part, run by another module where one is given, and wait until it is ready."""
        process, log = self._known[name], self._log(name)
        # Readiness is read from the log: what an earlier life wrote is put aside.
        if log.exists():
            with (self._layout.folder / f"{log.name}.before").open("ab") as before:
                before.write(log.read_bytes())
        self._pid_file(name).unlink(missing_ok=True)
        told = {warm.PID_FILE: str(self._pid_file(name))}
        more = self._arrangement.environment if process.env else {}
        with log.open("wb") as output:
            child = await asyncio.create_subprocess_exec(
                *self._command(process, launcher),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **process.env, **more, **told},
                start_new_session=True,
            )
        self._running[name] = child

        async def is_ready() -> bool:
            assert child.returncode is None, f"{name} ended: {log.read_text()[-2000:]}"
            return await process.ready()

        await eventually(is_ready, seconds=PATIENCE_SECONDS)

    async def verb(self, *arguments: str, launcher: Sequence[str] = ()) -> tuple[int, str]:
        """Run a verb of the command line; return its status and what it printed."""
        ours = self._layout.process_environment(demo_tenant())
        process = await asyncio.create_subprocess_exec(
            *self._verb(arguments, launcher),
            env={**ours, **self._arrangement.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    async def kill(self, name: str) -> None:
        """End one part as a power failure would."""
        pid, child = self.pid(name), self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
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

    def pid(self, name: str) -> int:
        """Return the id of a running part's process, which may be a fork of the warm one."""
        file = self._pid_file(name)
        forked = file.read_text() if file.exists() else ""
        return int(forked or self._running[name].pid)

    async def kill_all(self) -> None:
        """Leave nothing behind."""
        for name in reversed(list(self._running)):
            await self.kill(name)

    def _command(self, process: Process, launcher: Sequence[str]) -> tuple[str, ...]:
        added = self._arrangement.arguments.get(process.name, ())
        if process.command[: len(CLI)] != CLI:
            return (*process.command, *added)
        usual = self._arrangement.launchers.get(process.name, ())
        return (*self._verb(process.command[len(CLI) :], launcher or usual), *added)

    def _verb(self, verb: Sequence[str], launcher: Sequence[str]) -> tuple[str, ...]:
        """Return the command of a verb, run by a module with its arguments in place of our own."""
        module, *arguments = launcher or ("cli",)
        return (*self._program(module), *arguments, *verb)

    def _log(self, name: str) -> Path:
        return self._layout.folder / f"{name.replace(' ', '-')}.log"

    def _pid_file(self, name: str) -> Path:
        return self._log(name).with_suffix(".pid")


@asynccontextmanager
async def running_parts(
    folder: Path,
    arrangement: Arrangement,
    *,
    day_seconds: float,
    database_url: str,
    program: Program = cold,
) -> AsyncIterator[tuple[Layout, Parts, httpx.AsyncClient]]:
    """Start everything with tables of its own; give where it is, its parts, and the tenant."""
    layout = Layout.fresh(folder, day_seconds, data=arrangement.data, database_url=database_url)
    # On a busy machine hundreds of people wait long for their turn to ask it.
    tenant = httpx.AsyncClient(base_url=layout.tenant, trust_env=False, timeout=PATIENCE_SECONDS)
    async with tenant as control:
        groups = parts_of(layout, demo_tenant(), control, acting=False)
        parts = Parts(layout, groups, arrangement=arrangement, program=program)
        status, output = await parts.verb("migrate")
        assert status == ExitStatus.DONE, output
        try:
            await parts.start_all()
            yield layout, parts, control
        finally:
            await parts.kill_all()
