"""A file to which opens are appended before anything else is known of them.

What has been handed to the operating system outlives the process, as a commit with
``synchronous=NORMAL`` does, at a twentieth of its cost; only a power cut may cost the last moments.
"""

import asyncio
import contextlib
import fcntl
import os
import queue
import re
import threading
from collections.abc import Callable, Iterable
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

MOST_READ = 5_000_000
"""Characters of a file that are read: a group may come on top of what ends it, and no more."""

MOST_LEFT = 100_000
"""Opens after which no more files are taken over; the others are by the next process."""


class OpenLine(NamedTuple):
    """An open as the file has it: the token, and seconds since 1970."""

    token: str
    at: float

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.token} {self.at:.6f}\n"


class OpenJournal:
    """Appends lines in a thread of its own, to files that are numbered and go one by one.

    A file to which a write failed is written no more, since it may end amid a line. Every file is
    locked until it goes or the process ends, so that no other process with the same folder takes it
    for one that an earlier process left: whoever had read it, too, would later remove its number,
    which may be that of a new file then.
    """

    def __init__(self, path: Path) -> None:
        """Name the files, beside the outbox; they are made, with their folder, when needed."""
        self._path = path
        self._queue: queue.SimpleQueue[tuple[bytes | int, Done] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._number = 0
        self._descriptor: int | None = None
        self._size = 0
        self._locked: dict[int, int] = {}

    def start(self) -> list[tuple[int, OpenLine]]:
        """Start the thread; return what an earlier process left, with the numbers of its files."""
        loop = asyncio.get_running_loop()
        numbers = self._numbers()
        left: list[tuple[int, OpenLine]] = []
        for number in numbers:
            if len(left) < MOST_LEFT:
                left += [(number, line) for line in self._take_over(number)]
        self._number = max(numbers, default=0) + 1
        # A daemon: a hung disk must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, args=(loop,), name="opens", daemon=True)
        self._thread.start()
        return left

    def append(self, tokens: Iterable[str], at: float, done: Done) -> None:
        """Append opens; ``done`` is called in the event loop once they are in the file."""
        end = f" {at:.6f}\n"
        self._queue.put(((end.join(tokens) + end).encode(), done))

    def end_file(self, number: int, done: Done) -> None:
        """Append nothing more to a file; ``done`` is called once all is told that it holds."""
        self._queue.put((number, done))

    def remove(self, number: int) -> None:
        """Remove a file that is written to no more."""
        with contextlib.suppress(OSError):
            self._file(number).unlink(missing_ok=True)
        self._unlock(number)

    async def close(self, within_seconds: float = 5.0) -> None:
        """Write what is queued, and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join, within_seconds)

    def leave(self) -> None:
        """Leave the files that are still there to the next process; no other call follows."""
        for number in list(self._locked):
            self._unlock(number)

    def _unlock(self, number: int) -> None:
        if (descriptor := self._locked.pop(number, None)) is not None:
            os.close(descriptor)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while (work := self._queue.get()) is not None:
            lines, done = work
            number = self._end_file(lines) if isinstance(lines, int) else self._write(lines)
            if loop.is_closed():
                break
            loop.call_soon_threadsafe(done, number)
        self._end_file(self._number)

    def _write(self, lines: bytes) -> int | None:
        try:
            if self._descriptor is None or self._size >= LARGEST_FILE:
                self._begin_file()
            written = os.write(self._descriptor or 0, lines)
        except OSError:
            written = 0
        if written == len(lines):
            self._size += written
            return self._number
        number, is_empty = self._number, self._descriptor is not None and not self._size
        self._end_file(number)
        if is_empty:
            # Nobody counts what is in it: on a full disk there would be one more with each open.
            self.remove(number)
        return None

    def _begin_file(self) -> None:
        self._end_file(self._number)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        while self._descriptor is None:
            self._descriptor = self._made()
            self._number += self._descriptor is None
        self._size = 0

    def _made(self) -> int | None:
        """Make the next file; None where another process has it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        try:
            # Readable by its owner alone, as the outbox is: it holds tokens.
            descriptor = os.open(self._file(self._number), flags, 0o600)
        except FileExistsError:
            return None
        # Until it was locked, an API that starts may have taken it for an empty one that is left.
        if _is_locked(descriptor) or not os.fstat(descriptor).st_nlink:
            os.close(descriptor)
            return None
        return descriptor

    def _end_file(self, number: int) -> int:
        if self._descriptor is not None and number == self._number:
            self._locked[number] = self._descriptor
            self._descriptor = None
            self._number += 1
        return number

    def _file(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}-opens.{number}")

    def _numbers(self) -> list[int]:
        name = re.compile(rf"{re.escape(self._path.name)}-opens\.([1-9][0-9]{{0,17}})", re.ASCII)
        with contextlib.suppress(OSError):
            found = [name.fullmatch(one.name) for one in self._path.parent.iterdir()]
            return sorted(int(one[1]) for one in found if one)
        return []

    def _take_over(self, number: int) -> list[OpenLine]:
        """Return what an ended process left in a file; that of another which runs is its own."""
        try:
            descriptor = os.open(self._file(number), os.O_RDONLY)
            # Whoever had it may have removed it until it was locked.
            if _is_locked(descriptor) or not os.fstat(descriptor).st_nlink:
                os.close(descriptor)
                return []
            self._locked[number] = descriptor
            with open(descriptor, errors="replace", closefd=False) as file:
                text = file.read(MOST_READ)
            # What a crash or a power cut has cut, or filled with zeros, is no line.
            lines = [OpenLine(token, float(at)) for token, at in _LINE.findall(text)]
            if not lines:
                self.remove(number)
        except FileNotFoundError:
            return []
        except OSError as error:
            # They stay for a process that can read them; links have to work meanwhile.
            log.error("opens not read", error=type(error).__name__)  # noqa: TRY400 - one line
            self._unlock(number)
            return []
        return lines


def _is_locked(descriptor: int) -> bool:
    """Lock a file until it is closed; say whether another process has done so."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        # A file system without locks is no reason to keep nothing.
        return False
    return False
