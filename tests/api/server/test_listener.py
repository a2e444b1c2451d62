"""The API's listener: every answer leaves at once, also on a connection that is kept."""

import asyncio
import errno
import socket

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.limits.client_address import ClientAddresses
from api.server.connections import Closed, ConnectionLimits, Connections
from api.server.listener import listen
from api.server.serve import serve, server_of
from tests.support.eventually import eventually


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_accepted_connections_send_at_once(host: str) -> None:
    """Every connection that this listener accepts has TCP_NODELAY."""
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def look(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        accepted.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listener = listen(host, 0)
    async with await asyncio.start_server(look, sock=listener):
        _, writer = await asyncio.open_connection(host, listener.getsockname()[1])
        assert await accepted != 0
        writer.close()
        await writer.wait_closed()


def test_a_port_that_is_taken_is_refused() -> None:
    """Two listeners on one port are never both given it."""
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


async def test_answers_leave_at_once_on_a_kept_connection() -> None:
    """The API's server keeps TCP_NODELAY on the connections that it goes on serving.

    Otherwise the body of each answer waits until the client has acknowledged the head.
    """

    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    listener = listen("127.0.0.1", 0)
    limits = Connections(ConnectionLimits(), ClientAddresses(()))
    server = server_of(app, limits, lifespan="off", timeout_keep_alive=3600)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=600) as http:
            for _ in range(2):
                assert (await http.get(f"http://127.0.0.1:{listener.getsockname()[1]}")).is_success
            (connection,) = server.server_state.connections
            served: socket.socket = connection.transport.get_extra_info("socket")
            assert served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    finally:
        server.should_exit = True
        await serving


def test_what_the_system_did_not_accept_is_counted() -> None:
    """Each would be an error in the log, and there are many under a flood; others are errors."""
    errors = list[str]()
    limits = Connections(ConnectionLimits(), ClientAddresses(()))

    async def app(_: Scope, __: Receive, ___: Send) -> None:
        raise NotImplementedError

    async def fail(listener: socket.socket) -> None:
        serving = asyncio.create_task(serve(app, listener, limits))
        await eventually(loop.get_exception_handler)
        for number in (errno.EMFILE, errno.ENOBUFS, errno.EPERM):
            failure = OSError(number, "accept")
            loop.call_exception_handler({"message": str(number), "exception": failure})
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    # A loop of its own: a server that is cancelled leaves its listener in the loop.
    with listen("127.0.0.1", 0) as listener, asyncio.Runner() as runner:
        loop = runner.get_loop()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                loop, "default_exception_handler", lambda context: errors.append(context["message"])
            )
            runner.run(fail(listener))
    assert limits.closed == {Closed.NOT_ACCEPTED: 2}
    assert errors == [str(errno.EPERM)]
