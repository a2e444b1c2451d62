"""What our client takes for an answer of Graph's, packed or not."""

import gzip
from contextlib import AsyncExitStack

import httpx
import pytest

from domain.failures import (
    ServiceUnavailable,
    TooLarge,
    UnexpectedAnswer,
)
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.exchange import Exchange, HttpxExchange
from graph.http.transport import open_exchange, open_http
from tests.graph.http.peer import Answer, Peer, scripted_peer

PURPOSE = Purpose(doing="count the sheep", grant="Sheep.Read.All", absent="There are no sheep.")
# The time would give the tests other names in each process.
PACKED = gzip.compress(b"a whole mail", mtime=0)


async def test_redirects_are_not_followed(client: GraphClient, peer: Peer) -> None:
    """A redirect would carry the token along, so it is an answer we don't understand."""
    async with scripted_peer() as elsewhere:
        peer.answers(Answer(status=307, headers={"Location": f"{elsewhere.origin}/sheep/1"}))
        with pytest.raises(UnexpectedAnswer):
            await client.get("/sheep/1", PURPOSE)

        assert elsewhere.asked == []


@pytest.mark.parametrize("body", ['{"id": "1', "{", ' {"value": [{"id"'])
async def test_half_an_answer_passes(client: GraphClient, peer: Peer, body: str) -> None:
    """What a proxy has cut, and counted anew, is for nobody to mend: the next answer is whole."""
    peer.answers(Answer(body=body), Answer(status=201, body=body))

    with pytest.raises(ServiceUnavailable, match="too early"):
        await client.get("/sheep/1", PURPOSE)
    with pytest.raises(ServiceUnavailable, match="too early"):
        await client.post("/sheep", PURPOSE, json={})
    assert len(peer.asked) == 2


@pytest.mark.parametrize("body", ["<html>Welcome</html>", [1], "null", None])
async def test_a_success_that_is_not_graphs_is_refused(
    client: GraphClient, peer: Peer, body: object
) -> None:
    """A 200 with a page or another form is no answer to a read."""
    peer.answers(Answer(body=body))

    with pytest.raises(UnexpectedAnswer):
        await client.get("/sheep/1", PURPOSE)


async def test_a_compressed_answer_is_read(client: GraphClient, peer: Peer) -> None:
    """Graph compresses what it is told that it may."""
    packed = gzip.compress(b'{"id": "1"}')
    peer.answers(Answer(body=packed, headers={"Content-Encoding": "gzip"}))

    assert await client.get("/sheep/1", PURPOSE) == {"id": "1"}
    assert "gzip" in peer.asked[0].headers["accept-encoding"]


@pytest.mark.parametrize("way", ["direct", "httpx"])
@pytest.mark.parametrize(
    ("body", "packing", "expected"),
    [
        (PACKED, "gzip", b"a whole mail"),
        (PACKED + PACKED, "gzip", b"a whole maila whole mail"),
        (b"", "gzip", b""),
        (b"a whole mail", "identity", b"a whole mail"),
        # Its end is missing, though as many bytes came as were promised.
        (PACKED[:-1], "gzip", None),
        (PACKED[:-12], "gzip", None),
        (PACKED + PACKED[:5], "gzip", None),
        (b"no gzip at all", "gzip", None),
        (b"anything", "br", None),
    ],
)
async def test_a_packed_answer_is_whole_or_none(
    peer: Peer, way: str, body: bytes, packing: str, expected: bytes | None
) -> None:
    """An answer that a proxy has cut, and counted anew, is never taken for the whole one."""
    peer.answers(Answer(body=body, headers={"Content-Encoding": packing}))
    async with AsyncExitStack() as stack:
        exchange: Exchange
        if way == "direct":
            exchange = await stack.enter_async_context(open_exchange())
        else:
            exchange = HttpxExchange(await stack.enter_async_context(open_http()))
        asking = exchange.ask(
            "GET", f"{peer.origin}/mail", headers={}, content=None, limits=httpx.Timeout(60)
        )
        if expected is None:
            with pytest.raises(httpx.RemoteProtocolError):
                await asking
        else:
            assert (await asking).content == expected


async def test_an_answer_that_unpacks_to_too_much_is_not_read(
    client: GraphClient, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is counted is what would fill the memory, and not what came over the line."""
    monkeypatch.setattr("graph.http.exchange.LARGEST_ANSWER", 10_000)
    monkeypatch.setattr("graph.http.answers.LARGEST_ANSWER", 10_000)
    packed = gzip.compress(b" " * 1_000_000)
    peer.answers(Answer(body=packed, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(TooLarge):
        await client.content("/sheep/1/$value", PURPOSE)
