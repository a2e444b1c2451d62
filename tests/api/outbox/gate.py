"""A door between the API and Temporal that a test can shut."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from demo.layout import free_ports


class Gate:
    """Forwards one port of the loopback to a server, while it is open."""

    def __init__(self, target: str) -> None:
        """Choose a port; the gate is shut."""
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        (self._port,) = free_ports(1)
        self._server: asyncio.Server | None = None
        self._forwarding: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Return the address to connect to."""
        return f"127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self._port)

    async def shut(self) -> None:
        """Refuse connections, and break those that are open."""
        if self._server is not None:
            self._server.close()
        for task in self._forwarding:
            task.cancel()
        await asyncio.gather(*self._forwarding, return_exceptions=True)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a connection is served by a task")
        self._forwarding.add(task)
        inner_reader, inner_writer = await asyncio.open_connection(*self._target)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_copy(reader, inner_writer))
                group.create_task(_copy(inner_reader, writer))
        except asyncio.CancelledError:
            pass
        finally:
            self._forwarding.discard(task)
            for each in (writer, inner_writer):
                each.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def gate_to(target: str) -> AsyncIterator[Gate]:
    """Yield a gate that is shut, and shut it in the end."""
    gate = Gate(target)
    try:
        yield gate
    finally:
        await gate.shut()
