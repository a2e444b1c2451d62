"""A request that asks for another protocol is one request, as it is for the proxies in between."""

import pytest

from api.server.connections import Closed
from tests.api.server.test_connections import REQUEST, Served, serving

HEAD = b"POST /click HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: %b\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
LENGTH = b"Content-Length: %d\r\n\r\n" % len(HIDDEN)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(HIDDEN)
PROTOCOLS = [b"h2c", b"websocket", b"TLS/1.0, foo"]


async def answered(served: Served, *pieces: bytes, requests: int) -> None:
    """Send pieces one by one, and wait until as many requests are answered."""
    client = await served.connect()
    for piece in pieces:
        client.sendall(piece)
        # The server has seen it once somebody else is served.
        await served.settled()
    got = b""
    while got.count(b"HTTP/1.1 200") < requests:
        received = await served.read(client)
        assert received
        got += received


def asked(served: Served) -> list[tuple[str, str, bytes]]:
    """Return what was asked, without the requests that only show that somebody is served."""
    return [one for one in served.app.got if one[1] != "/"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("framing", "end"), [(LENGTH, b""), (CHUNKED, b"\r\n0\r\n\r\n")], ids=["length", "chunked"]
)
@pytest.mark.parametrize("cut", [0, 1, 30])
async def test_a_body_is_no_request(protocol: bytes, framing: bytes, end: bytes, cut: int) -> None:
    """The body arrives whole, in whichever pieces, and what it holds isn't asked by anybody."""
    sent = HEAD % protocol + framing + HIDDEN + end + b"GET /next HTTP/1.1\r\nHost: x\r\n\r\n"
    place = len(HEAD % protocol + framing) + cut
    async with serving() as served:
        await answered(served, sent[:place], sent[place:], requests=2)
        assert asked(served) == [("POST", "/click", HIDDEN), ("GET", "/next", b"")]
        assert not served.connections.closed


async def test_requests_behind_one_for_another_protocol_are_answered() -> None:
    """Nothing behind its head is taken for the other protocol's."""
    upgrade = b"GET /%d HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    async with serving() as served:
        await answered(served, b"".join(upgrade % one for one in range(5)), requests=5)
        assert asked(served) == [("GET", f"/{one}", b"") for one in range(5)]


@pytest.mark.parametrize("head", [b"CONNECT x:443", b"CONNECT /hidden"])
async def test_no_tunnel_is_opened(head: bytes) -> None:
    """A server that is no proxy refuses to be one, and goes on."""
    async with serving() as served:
        client = await served.connect(head + b" HTTP/1.1\r\nHost: x\r\n\r\n" + HIDDEN)
        assert (await served.read(client)).startswith(b"HTTP/1.1 400")
        assert served.connections.closed == {Closed.NOT_HTTP: 1}
        assert asked(served) == []
        assert (await served.read(await served.connect(), REQUEST)).startswith(b"HTTP/1.1 200")
