"""A scripted HTTP peer on a real socket: it answers what a test told it to, in that order."""

import asyncio
import json
import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from tests.support.connections import Connections


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One scripted answer: a status and a body, or silence, or a cut line."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    cut: bool = False

    def encoded(self) -> bytes:
        """Return the answer as it goes over the line; a body that isn't text goes as JSON."""
        if self.body is None:
            body = b""
        elif isinstance(self.body, bytes):
            body = self.body
        elif isinstance(self.body, str):
            body = self.body.encode()
        else:
            body = json.dumps(self.body).encode()
        head = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        head += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.status != HTTPStatus.NO_CONTENT:
            head.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*head, "", ""]).encode() + body


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body, read as JSON."""
        return json.loads(self.body)


class Peer:
    """What was asked, and what will be answered next."""

    def __init__(self, origin: str) -> None:
        """Start with an empty script."""
        self.origin = origin
        self.asked: list[Asked] = []
        self._script: deque[Answer] = deque()
        self.was_asked = asyncio.Event()
        self._connections = Connections()

    def answers(self, *script: Answer) -> None:
        """Add answers to the end of the script."""
        self._script.extend(script)

    @property
    def targets(self) -> list[str]:
        """Return method and target of each request so far."""
        return [f"{asked.method} {asked.target}" for asked in self.asked]

    @property
    def unspoken(self) -> int:
        """Return how many answers nobody asked for yet."""
        return len(self._script)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, and remember it until it is closed."""
        self._connections.serve(self._serve(reader, writer))

    async def hang_up(self) -> None:
        """Close what is still open, and wait until it is."""
        await self._connections.hang_up()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _read(reader)) is not None:
                self.asked.append(asked)
                self.was_asked.set()
                # A test that asks for more than it scripted must not go on by chance.
                answer = self._script.popleft() if self._script else Answer(status=418)
                if answer.silent:
                    await reader.read()
                    break
                if answer.cut:
                    break
                writer.write(answer.encoded())
                await writer.drain()
        finally:
            # Not close(): under TLS that waits half a minute for the other side to say goodbye.
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def scripted_peer(tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """Listen on a free port of the loopback interface."""
    peer = Peer("")
    server = await asyncio.start_server(peer.accept, "127.0.0.1", 0, ssl=tls)
    scheme = "https" if tls else "http"
    peer.origin = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield peer
    finally:
        server.close()
        await peer.hang_up()
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    method, target, _ = head[0].split(" ")
    lines = (line.partition(": ") for line in head[1:] if line)
    headers = {name.lower(): value for name, _, value in lines}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method=method, target=target, headers=headers, body=body)
