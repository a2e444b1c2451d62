"""Serves the API on a socket until the process is told to stop."""

import asyncio
import contextlib
import errno
import resource
import socket
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from api.server.connections import Closed, Connections
from api.server.protocol import LimitedHttp

_OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_MOST_FILES = 65_536
# For the databases, Temporal, the tracking list and the log.
_OTHER_FILES = 256


def places_for_connections(most: int) -> int:
    """Let the process open as many files as it may, and return how many may be connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return most
    return min(most, soft - min(_OTHER_FILES, soft // 2))


async def serve(app: ASGIApp, listener: socket.socket, connections: Connections) -> None:
    """Serve until SIGINT or SIGTERM."""
    server = server_of(app, connections)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(partial(_note_failed_accept, connections))
    watching = asyncio.create_task(connections.watch())
    try:
        await server.serve(sockets=[listener])
    finally:
        watching.cancel()


def server_of(app: ASGIApp, connections: Connections, **changes: Any) -> uvicorn.Server:
    """Return a server whose connections are limited."""
    protocol = cast("type[asyncio.Protocol]", partial(LimitedHttp, limited_by=connections))
    values: dict[str, Any] = {
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "proxy_headers": False,
        "ws": "none",
        **changes,
    }
    return uvicorn.Server(uvicorn.Config(app, http=protocol, **values))


def _note_failed_accept(
    connections: Connections, loop: asyncio.AbstractEventLoop, context: dict[str, Any]
) -> None:
    """Count what the system didn't accept: under a flood each would be a line in the log."""
    failure = context.get("exception")
    if isinstance(failure, OSError) and failure.errno in _OUT_OF_RESOURCES:
        connections.note(Closed.NOT_ACCEPTED)
        return
    loop.default_exception_handler(context)
