"""Limits of connections, over real sockets of the loopback."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from api.limits.client_address import ClientAddresses
from api.server.connections import Closed, ConnectionLimits, Connections
from api.server.listener import listen
from api.server.serve import places_for_connections, server_of

NEVER = timedelta(hours=1)
AT_ONCE = timedelta(0)
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: "
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this"


class App:
    """Reads a request's body, waits for ``may_answer``, and sends an answer of some size.

    ``got`` has what was asked: method, path and body.
    """

    def __init__(self) -> None:
        """Answer at once, and shortly."""
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.size = 2
        self.asked = asyncio.Semaphore(0)
        self.got: list[tuple[str, str, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        self.asked.release()
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.got.append((scope["method"], scope["path"], body))
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * self.size})


class Served:
    """A server with limits, and clients of it."""

    def __init__(self, app: App, connections: Connections, port: int) -> None:
        """Take what runs."""
        self.app = app
        self.connections = connections
        self.port = port
        self._clients: list[socket.socket] = []
        self._settled = 0

    async def connect(self, data: bytes = b"", *, source: str = "127.0.0.1") -> socket.socket:
        """Open a connection, send something, and wait until the server has seen it."""
        (client,) = self.open(1, source=source)
        if data:
            client.sendall(data)
        await self.settled()
        return client

    def open(self, count: int, *, source: str = "127.0.0.1") -> list[socket.socket]:
        """Open connections."""
        address = ("127.0.0.1", self.port)
        clients = [
            socket.create_connection(address, source_address=(source, 0)) for _ in range(count)
        ]
        for client in clients:
            client.setblocking(False)
        self._clients += clients
        return clients

    async def settled(self) -> None:
        """Wait until the server has accepted what was opened before."""
        self._settled += 1
        await self.read(self.open(1, source=f"127.0.1.{self._settled}")[0], REQUEST)

    async def read(self, client: socket.socket, request: bytes = b"") -> bytes:
        """Send a request, and return what comes back, b"" if the connection was closed."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(600):
            try:
                if request:
                    await loop.sock_sendall(client, request)
                return await loop.sock_recv(client, 65536)
            except ConnectionError:
                return b""

    async def counted(self, why: Closed) -> None:
        """Look again and again until a connection was closed for a reason."""
        async with asyncio.timeout(600):
            while not self.connections.closed[why]:
                self.connections.look()
                await asyncio.sleep(0.001)

    def close(self) -> None:
        """Close all clients."""
        for client in self._clients:
            client.close()


@contextlib.asynccontextmanager
async def serving(*trusted: str, **changes: Any) -> AsyncIterator[Served]:
    """Serve with limits that are far away but for those that are named."""
    values: dict[str, Any] = {"head": NEVER, "body": NEVER, "unread": NEVER, **changes}
    connections = Connections(ConnectionLimits(**values), ClientAddresses(trusted))
    app, listener = App(), listen("127.0.0.1", 0)
    server = server_of(app, connections, lifespan="off", timeout_keep_alive=3600)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    served = Served(app, connections, listener.getsockname()[1])
    try:
        yield served
    finally:
        app.may_answer.set()
        served.close()
        server.should_exit = True
        await serving


async def test_half_open_sockets_shut_nobody_out() -> None:
    """Behind 1,100 connections that send nothing, more than there are places, all are answered."""
    async with serving(total=1000, per_address=10_000) as served:
        served.open(1100)
        client = await served.connect(source="127.0.0.2")
        assert (await served.read(client, REQUEST)).startswith(b"HTTP/1.1 200")
        assert served.connections.count == 1000
        assert served.connections.closed[Closed.ALL_FULL] == 1100 + 2 - 1000


async def test_a_request_is_never_cut_off_for_another_connection() -> None:
    """Where every place has a request, a new connection is refused."""
    async with serving(total=2) as served:
        served.app.may_answer.clear()
        busy = served.open(2)
        for client in busy:
            client.sendall(REQUEST)
            await served.app.asked.acquire()
        (late,) = served.open(1)
        assert await served.read(late) == b""
        served.app.may_answer.set()
        for client in busy:
            assert (await served.read(client)).startswith(b"HTTP/1.1 200")
        # Now their connections are idle, and the oldest gives way.
        (later,) = served.open(1)
        assert (await served.read(later, REQUEST)).startswith(b"HTTP/1.1 200")
        assert await served.read(busy[0]) == b""


async def test_one_address_has_its_places() -> None:
    """Over them its own oldest idle connection goes, and nobody else's."""
    async with serving(per_address=3) as served:
        first, *others = [await served.connect(HALF) for _ in range(3)]
        other = await served.connect(HALF, source="127.0.0.2")
        fourth = await served.connect()
        assert await served.read(first) == b""
        for client in (*others, other):
            assert (await served.read(client, b"x\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert (await served.read(fourth, REQUEST)).startswith(b"HTTP/1.1 200")
        assert served.connections.closed == {Closed.ADDRESS_FULL: 1}


async def test_a_trusted_proxy_has_no_limit_of_its_own() -> None:
    """It is where everybody comes from."""
    async with serving("127.0.0.1/32", per_address=3) as served:
        clients = [await served.connect() for _ in range(6)]
        for client in clients:
            assert (await served.read(client, REQUEST)).startswith(b"HTTP/1.1 200")
        assert not served.connections.closed


@pytest.mark.parametrize(
    ("limit", "data", "why"),
    [
        ("head", b"", Closed.HEAD),
        ("head", HALF, Closed.HEAD),
        ("body", POST, Closed.BODY),
    ],
    ids=["nothing", "half a head", "half a body"],
)
async def test_what_takes_too_long_is_closed(limit: str, data: bytes, why: Closed) -> None:
    """Whoever doesn't send a whole head, or body, in time loses the connection."""
    changes = {limit: AT_ONCE, "body_bytes_per_second": 1_000_000}
    async with serving(**changes) as served:
        (client,) = served.open(1)
        client.sendall(data)
        await served.counted(why)
        assert await served.read(client) == b""
        assert served.connections.count == 0


async def test_each_byte_of_a_body_buys_time() -> None:
    """A body at the least rate isn't closed, however long it is."""
    async with serving(body=AT_ONCE, body_bytes_per_second=1) as served:
        (client,) = served.open(1)
        client.sendall(POST)
        await served.app.asked.acquire()
        served.connections.look()
        assert (await served.read(client, b"x" * 91)).startswith(b"HTTP/1.1 200")


async def test_an_answer_that_is_not_read_is_given_up() -> None:
    """Whoever asks for much and takes nothing loses the connection."""
    async with serving(unread=AT_ONCE) as served:
        served.app.size = 20_000_000
        (client,) = served.open(1)
        client.sendall(REQUEST)
        await served.counted(Closed.UNREAD)
        assert served.connections.count == 0


async def test_a_connection_is_kept_and_ends_idle() -> None:
    """Several requests come over one connection; each begins the time for the next anew."""
    async with serving() as served:
        (client,) = served.open(1)
        for _ in range(3):
            assert (await served.read(client, REQUEST)).startswith(b"HTTP/1.1 200")
            served.connections.look()
        assert (await served.read(client, REQUEST + REQUEST)).startswith(b"HTTP/1.1 200")
        assert served.connections.count == 1


class _Fake:
    """A connection of an address, for the rules of time alone."""

    address = "192.0.2.7"
    body_bytes = 0

    def has_unread(self) -> bool:
        return False

    def close_now(self) -> None:
        pass


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    """Capture the log."""
    with capture_logs() as captured:
        yield captured


def test_times_and_log(logs: list[Any]) -> None:
    """Heads have 10 seconds, bodies 20 and their bytes' time; refusals are told once a minute."""
    now = 0.0
    connections = Connections(
        ConnectionLimits(per_address=1), ClientAddresses(()), clock=lambda: now
    )
    slow, late = _Fake(), _Fake()
    late.body_bytes = 8_192
    late.address = slow.address = "192.0.2.8"
    assert connections.add(late)
    now = 9.9
    connections.look()
    connections.receive_body(late)
    assert not connections.add(slow)
    connections.note(Closed.NOT_ACCEPTED)
    now = 9.9 + 20.9
    connections.look()
    assert connections.count == 1
    assert [line["counts"] for line in logs] == [
        {"too many of its address": 1, "system refused to accept": 1}
    ]
    now = 9.9 + 21
    connections.look()
    assert connections.count == 0
    assert connections.add(slow)
    now += 10
    connections.look()
    assert connections.closed[Closed.HEAD] == 1
    assert len(logs) == 1
    now += 60
    connections.look()
    assert logs[1]["counts"] == {"body too slow": 1, "no whole request in time": 1}


def test_places() -> None:
    """There are at least as many files as connections, and some more."""
    assert places_for_connections(100) == 100
    assert places_for_connections(10**9) < 10**9
