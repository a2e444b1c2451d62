"""Requests on kept connections, with so little work on this side that the server is measured."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_OK = b"HTTP/1.1 200 "


class UnexpectedAnswerError(Exception):
    """The server's answer isn't 200 with a length."""


class Connection:
    """One kept connection, on which a request follows the answer to the one before."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the two ends."""
        self._reader = reader
        self._writer = writer

    async def answer(self, request: bytes) -> bytes:
        """Send a request, and return the body of the answer.

        Raises:
            UnexpectedAnswerError: it isn't 200, or has no length.
        """
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length is None or not head.startswith(_OK):
            raise UnexpectedAnswerError(head.partition(b"\r\n")[0].decode(errors="replace"))
        return await self._reader.readexactly(int(length[1]))

    async def close(self) -> None:
        """Close it."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


@asynccontextmanager
async def connections(url: str, number: int) -> AsyncIterator[list[Connection]]:
    """Open so many connections to a server."""
    at = urlsplit(url)
    opened = [
        Connection(*await asyncio.open_connection(at.hostname, at.port)) for _ in range(number)
    ]
    try:
        yield opened
    finally:
        for one in opened:
            await one.close()


async def send_all(opened: Sequence[Connection], requests: Sequence[bytes]) -> float:
    """Send requests on all connections at once; return the seconds until the last answer."""
    waiting = iter(requests)

    async def work(connection: Connection) -> None:
        for request in waiting:
            await connection.answer(request)

    begun = time.perf_counter()
    await asyncio.gather(*(work(one) for one in opened))
    return time.perf_counter() - begun


async def send_paced(
    connection: Connection, requests: Sequence[bytes], per_second: float
) -> list[float]:
    """Send requests at a rate, and return the seconds from when each was due to its answer."""
    begun, taken = time.perf_counter(), []
    for number, request in enumerate(requests):
        begins = begun + number / per_second
        if (early := begins - time.perf_counter()) > 0:
            await asyncio.sleep(early)
            # That this side was woken up late is no fault of the server's.
            begins = time.perf_counter()
        await connection.answer(request)
        taken.append(time.perf_counter() - begins)
    return taken


def get(url: str, number: int) -> bytes:
    """Return a request for a page, which a trusted proxy passes on from client ``number``."""
    return _head("GET", url, number) + b"\r\n"


def post(url: str, number: int, body: bytes) -> bytes:
    """Return the request of a form that is sent, passed on from client ``number``."""
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
    length = f"Content-Length: {len(body)}\r\n\r\n".encode()
    return _head("POST", url, number) + kind + length + body


def _head(method: str, url: str, number: int) -> bytes:
    at = urlsplit(url)
    path = f"{at.path}?{at.query}" if at.query else at.path
    client = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {at.netloc}\r\nX-Forwarded-For: {client}\r\n".encode()
    )
