"""What one connection may send: heads, requests behind each other, and what is no HTTP."""

import asyncio
import contextlib
import logging

import pytest

from api.server.connections import Closed
from tests.api.server.test_connections import REQUEST, Served, serving

FAR = 64_000_000
PIECE = b"x" * 100_000
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


async def flood(served: Served, begin: bytes, piece: bytes) -> tuple[bytes, int]:
    """Send pieces until the server closes; return what it answered, and how much it had taken."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    taken = 0
    with contextlib.suppress(ConnectionError):
        writer.write(begin)
        while taken < FAR and not writer.is_closing():
            writer.write(piece)
            taken += len(piece)
            await writer.drain()
    answer = b""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(600):
            answer = await reader.read()
    writer.close()
    return answer, taken


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"GET /", PIECE),
        (b"GET / HTTP/1.1\r\nX: ", PIECE),
        (b"GET / HTTP/1.1\r\n", b"X: y\r\n" * 10_000),
        (b"\r\n", b"\r\n" * 50_000),
        (REQUEST + b"GET / HTTP/1.1\r\nX: ", PIECE),
        (CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n" * 10_000),
        (CHUNKED + b"1;", PIECE),
    ],
    ids=["address", "header", "headers", "lines", "second head", "trailers", "extension"],
)
async def test_a_head_without_end_is_refused(begin: bytes, piece: bytes) -> None:
    """Nothing of a request but its body may go on and on, so no connection fills the memory."""
    async with serving() as served:
        _, taken = await flood(served, begin, piece)
        assert served.connections.closed == {Closed.HEAD_BYTES: 1}
        # What the system's buffers hold had left already.
        assert taken < FAR
        assert (await served.read(await served.connect(), REQUEST)).startswith(b"HTTP/1.1 200")


async def test_whose_head_is_too_long_is_told() -> None:
    """A browser with too much to say gets the answer that says so; one with less is served."""
    async with serving(head_bytes=200) as served:
        client = await served.connect(b"GET / HTTP/1.1\r\nX: " + b"x" * 150)
        assert (await served.read(client, b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        await served.connect()
        client = await served.connect(b"GET / HTTP/1.1\r\nX: " + b"x" * 190)
        assert (await served.read(client)).startswith(b"HTTP/1.1 431 ")


async def test_requests_that_wait_behind_each_other() -> None:
    """As many as may are answered; one more ends the connection, since each takes memory."""
    async with serving(pipelined=3) as served:
        client = await served.connect()
        served.app.may_answer.clear()
        client.sendall(REQUEST * 4)
        await served.app.asked.acquire()
        served.app.may_answer.set()
        got = b""
        while got.count(b"HTTP/1.1 200") < 4:
            got += await served.read(client)
        served.app.may_answer.clear()
        client.sendall(REQUEST * 5)
        assert (await served.read(client)).startswith(b"HTTP/1.1 400")
        assert served.connections.closed == {Closed.PIPELINED: 1}


@pytest.mark.parametrize(
    ("data", "counted"),
    [
        (b"\x16\x03\x01\x00\r\n\r\n", {Closed.NOT_HTTP: 1}),
        (b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", {}),
    ],
    ids=["no HTTP", "another protocol"],
)
async def test_no_request_of_a_stranger_is_a_line(
    data: bytes, counted: dict[Closed, int], caplog: pytest.LogCaptureFixture
) -> None:
    """Who sends what uvicorn would warn of fills no log; it is counted."""
    with caplog.at_level(logging.WARNING):
        async with serving() as served:
            client = await served.connect(data)
            assert (await served.read(client)).startswith(b"HTTP/1.1 ")
            assert served.connections.closed == counted
    assert caplog.records == []
