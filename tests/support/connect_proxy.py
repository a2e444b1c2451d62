"""An HTTP proxy on a real socket, as companies have it: CONNECT, a login, and a will of its own."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.support.connections import Connections


@dataclass
class ConnectProxy:
    """Opens tunnels to this machine, whatever host is asked for: it alone knows the names.

    Attributes:
        login: user name and password that it wants, with a colon between them.
        status: what it answers in place of a tunnel.
        is_silent: it takes connections, and never says a word.
        asked: the hosts and ports that tunnels were asked for.
    """

    port: int = 0
    login: str | None = None
    status: int | None = None
    is_silent: bool = False
    asked: list[str] = field(default_factory=list)
    _connections: Connections = field(default_factory=Connections)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is closed."""
        self._connections.serve(self._serve(reader, writer))

    async def hang_up(self) -> None:
        """Close every tunnel."""
        await self._connections.hang_up()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            if self.is_silent:
                await reader.read()
                return
            method, target, _ = head[0].split(" ")
            self.asked.append(target)
            status = self._refusal(method, head)
            if status is not None:
                writer.write(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
                return
            port = int(target.rpartition(":")[2])
            there = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))
            finally:
                there[1].transport.abort()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.transport.abort()

    def _refusal(self, method: str, head: list[str]) -> int | None:
        """Return the status of a refusal, None where a tunnel is opened."""
        if method != "CONNECT":
            return 405
        if self.status is not None:
            return self.status
        if self.login is not None:
            shown = base64.b64encode(self.login.encode()).decode()
            wanted = f"proxy-authorization: basic {shown}".casefold()
            if wanted not in (line.casefold() for line in head):
                return 407
        return None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()


@asynccontextmanager
async def connect_proxy() -> AsyncIterator[ConnectProxy]:
    """Listen on a free port of the loopback interface."""
    proxy = ConnectProxy()
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.hang_up()
        await server.wait_closed()
