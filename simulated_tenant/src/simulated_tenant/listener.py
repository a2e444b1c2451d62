"""Run an ASGI app on a socket inside somebody else's event loop."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from typing import Any

import uvicorn

_BACKLOG = 2048
KEEP_ALIVE_SECONDS = 65


class _EmbeddedServer(uvicorn.Server):
    """A server that leaves the process's signals alone: whoever embeds it handles them."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            transport = getattr(connection, "transport", None)
            if transport is not None and (cycle is None or cycle.response_complete):
                # An idle client needn't answer the TLS farewell, and it isn't waited for.
                transport.abort()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listening_socket(host: str, port: int) -> socket.socket:
    """Open a listening socket; port 0 takes a free one.

    Raises:
        OSError: The address is in use, or isn't ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delays off only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


@contextlib.asynccontextmanager
async def running(
    app: Any, listener: socket.socket, tls: ssl.SSLContext | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """Serve an app while the block runs, then finish open requests and stop.

    Yields the serving task, which ends early only if the server breaks.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
        # Longer than clients keep an idle connection: else a call may meet its end.
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        # The https side dates its answers by the tenant's own clock.
        date_header=tls is None,
        ssl_context_factory=None if tls is None else lambda _config, _default: tls,
    )
    server = _EmbeddedServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    task.add_done_callback(lambda _task: server.ready.set())
    try:
        await server.ready.wait()
        yield task
    finally:
        server.should_exit = True
        await task
        listener.close()
