"""A file to which opens are appended before anything else is known of them.

What has been handed to the operating system outlives the process, as a commit with
``synchronous=NORMAL`` does, at a twentieth of its cost; only a power cut may cost the last moments.
"""

import asyncio
import contextlib
import os
import queue
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import structlog

log = structlog.get_logger(__name__)

Done = Callable[[int | None], None]
"""Is told the number of the file that holds what was appended; None where it couldn't be."""

_LINE = re.compile(
    r"^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([0-9]{1,10}\.[0-9]{6})\n",
    re.MULTILINE | re.ASCII,
)

LARGEST_FILE = 1_000_000
"""Bytes after which the next file begins, so that the ones before can go."""


class OpenLine(NamedTuple):
    """An open as the file has it: the token, and seconds since 1970."""

    token: str
    at: float

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.token} {self.at:.6f}\n"


class OpenJournal:
    """Appends lines in a thread of its own, to files that are numbered and go one by one.

    A file to which a write failed is written no more, since it may end amid a line.
    """

    def __init__(self, path: Path) -> None:
        """Name the files, beside the outbox; they are made, with their folder, when needed."""
        self._path = path
        self._queue: queue.SimpleQueue[tuple[bytes, Done] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._number = 0
        self._descriptor: int | None = None
        self._size = 0

    def start(self) -> list[tuple[int, OpenLine]]:
        """Start the thread; return what an earlier process left, with the numbers of its files."""
        loop = asyncio.get_running_loop()
        left = [(number, line) for number in self._numbers() for line in self._read(number)]
        self._number = max(self._numbers(), default=0) + 1
        # A daemon: a hung disk must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, args=(loop,), name="opens", daemon=True)
        self._thread.start()
        return left

    def append(self, lines: Sequence[OpenLine], done: Done) -> None:
        """Append lines; ``done`` is called in the event loop once they are in the file."""
        self._queue.put(("".join(map(str, lines)).encode(), done))

    def is_written_to(self, number: int) -> bool:
        """Say whether more may be appended to a file."""
        return number == self._number

    def end_file(self, done: Done) -> None:
        """Append to another file from now on; ``done`` is called once that is so."""
        self._queue.put((b"", done))

    def remove(self, number: int) -> None:
        """Remove a file that is written to no more."""
        with contextlib.suppress(OSError):
            self._file(number).unlink(missing_ok=True)

    async def close(self, within_seconds: float = 5.0) -> None:
        """Write what is queued, and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join, within_seconds)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while (group := self._queue.get()) is not None:
            lines, done = group
            number = self._write(lines) if lines else self._end_file()
            if loop.is_closed():
                break
            loop.call_soon_threadsafe(done, number)
        self._end_file()

    def _write(self, lines: bytes) -> int | None:
        try:
            if self._descriptor is None or self._size >= LARGEST_FILE:
                self._begin_file()
            written = os.write(self._descriptor or 0, lines)
        except OSError:
            written = 0
        self._size += written
        if written < len(lines):
            self._end_file()
            return None
        return self._number

    def _begin_file(self) -> None:
        self._end_file()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        # Readable by its owner alone, as the outbox is: it holds tokens.
        self._descriptor = os.open(self._file(self._number), flags, 0o600)
        self._size = 0

    def _end_file(self) -> int:
        ended = self._number
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            self._number += 1
        return ended

    def _file(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}-opens.{number}")

    def _numbers(self) -> list[int]:
        names = self._path.parent.glob(f"{self._path.name}-opens.*")
        return sorted(int(one.suffix[1:]) for one in names if one.suffix[1:].isdigit())

    def _read(self, number: int) -> list[OpenLine]:
        try:
            text = self._file(number).read_text(errors="replace")
        except OSError as error:
            # They stay for a process that can read them; links have to work meanwhile.
            log.error("opens not read", error=type(error).__name__)  # noqa: TRY400 - one line
            return []
        # What a crash or a power cut has cut, or filled with zeros, is no line.
        return [OpenLine(token, float(at)) for token, at in _LINE.findall(text)]
