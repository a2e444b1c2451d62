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

START_SECONDS = 30
STOP_SECONDS = 15


class DemoError(Exception):
    """A part of the demo didn't come up, or ended, or a story ended wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One process: its command, its environment, and how one sees that it is ready."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], Awaitable[bool]]
    env: Mapping[str, str] = field(default_factory=dict)


class Parts:
    """Starts parts; leaving the block ends them, the last started first."""

    def __init__(self, logs: Path) -> None:
        """Keep each part's output in ``logs``, a file each."""
        self._logs = logs
        self._running: list[tuple[Part, asyncio.subprocess.Process]] = []

    async def __aenter__(self) -> Self:
        """Begin with nothing running."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End every part, the last started first, and wait until all are gone."""
        for _part, process in reversed(self._running):
            if process.stdin is not None:
                process.stdin.close()
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            # Whatever is left of its session, such as a child of a guard that was killed.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    async def start(self, *parts: Part) -> None:
        """Start parts that don't need each other, and wait until all are ready.

        Raises:
            DemoError: one ended, or wasn't ready in 30 seconds; the message shows its last words.
        """
        await asyncio.gather(*(self._start(part) for part in parts))

    async def _start(self, part: Part) -> None:
        with self._log(part).open("wb") as log:
            # A session of its own: Ctrl-C in the terminal reaches the demo alone, which ends all.
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "demo.guard",
                *part.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **part.env},
                start_new_session=True,
            )
        self._running.append((part, process))
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await part.ready():
                    self.check()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise DemoError(f"The {part.name} isn't ready. {self._last_words(part)}") from None

    def check(self) -> None:
        """Make sure that all parts are alive.

        Raises:
            DemoError: one has ended.
        """
        for part, process in self._running:
            if process.returncode is not None:
                raise DemoError(
                    f"The {part.name} ended with status {process.returncode}. "
                    f"{self._last_words(part)}"
                )

    def _log(self, part: Part) -> Path:
        return self._logs / f"{part.name.replace(' ', '-')}.log"

    def _last_words(self, part: Part) -> str:
        lines = self._log(part).read_text(errors="replace").splitlines()
        return "Its last words: " + " / ".join(lines[-5:]) if lines else "It said nothing."
