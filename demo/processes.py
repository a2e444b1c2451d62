"""The demo's processes: started, watched, and all ended together."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from demo.waits import Waits

# A machine may be ten times as slow as a quiet one; a process that ends is noticed at once.
START_SECONDS = 180
STOP_SECONDS = 15


class DemoError(Exception):
    """A process of the demo didn't come up, or ended, or a story ended wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process: its command, its environment, and how one sees that it is ready."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], Awaitable[bool]]
    env: Mapping[str, str] = field(default_factory=dict)


class Processes:
    """Starts processes; leaving the block ends them, the last started first."""

    def __init__(self, logs: Path, waits: Waits | None = None) -> None:
        """Keep each process's output in ``logs``, a file each, and measure what is awaited."""
        self._logs = logs
        self._waits = waits or Waits()
        self._running: list[tuple[Process, asyncio.subprocess.Process]] = []

    async def __aenter__(self) -> Self:
        """Begin with nothing running."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End every process, the last started first, and wait until all are gone."""
        for _process, child in reversed(self._running):
            await _end(child)

    async def start(self, *processes: Process) -> None:
        """Start processes that don't need each other, and wait until all are ready.

        Raises:
            DemoError: one ended, or wasn't ready in time; the message shows its last words.
        """
        await asyncio.gather(*(self._start(process) for process in processes))

    async def _start(self, process: Process) -> None:
        with self._log(process).open("wb") as log:
            # A session of its own: Ctrl-C in the terminal reaches the demo alone, which ends all.
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "demo.guard",
                *process.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **process.env},
                start_new_session=True,
            )
        self._running.append((process, child))
        try:
            with self._waits.of(f"the {process.name}"):
                async with asyncio.timeout(START_SECONDS):
                    while not await process.ready():
                        self.check()
                        await asyncio.sleep(0.1)
        except TimeoutError:
            raise DemoError(
                f"The {process.name} isn't ready. {self._last_words(process)}"
            ) from None

    def guard(self, name: str) -> int:
        """Return the process id of the guard whose only child is the process of this name."""
        return next(child.pid for process, child in self._running if process.name == name)

    def check(self) -> None:
        """Make sure that all processes are alive.

        Raises:
            DemoError: one has ended.
        """
        for process, child in self._running:
            if child.returncode is not None:
                raise DemoError(
                    f"The {process.name} ended with status {child.returncode}. "
                    f"{self._last_words(process)}"
                )

    def _log(self, process: Process) -> Path:
        return self._logs / f"{process.name.replace(' ', '-')}.log"

    def _last_words(self, process: Process) -> str:
        lines = self._log(process).read_text(errors="replace").splitlines()
        return "Its last words: " + " / ".join(lines[-5:]) if lines else "It said nothing."


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.stdin is not None:
        child.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(child.wait(), STOP_SECONDS)
    # Whatever is left of its session, such as a child of a guard that was killed.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
