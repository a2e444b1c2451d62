"""What our client takes for an answer of Graph's, packed or not."""

import gzip
from contextlib import AsyncExitStack
from http import HTTPStatus

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
    """A redirect would carry the token along; a proxy's to its sign-in page passes."""
    async with scripted_peer() as elsewhere:
        away = Answer(status=307, headers={"Location": f"{elsewhere.origin}/sheep/1"})
        peer.answers(*[away] * 3, away, Answer(body={"id": "1"}))
        with pytest.raises(ServiceUnavailable, match="proxies in between"):
            await client.get("/sheep/1", PURPOSE)

        assert await client.get("/sheep/1", PURPOSE) == {"id": "1"}
        assert elsewhere.asked == []


@pytest.mark.parametrize("body", ['{"id": "1', "{", ' {"value": [{"id"'])
async def test_half_an_answer_passes(client: GraphClient, peer: Peer, body: str) -> None:
    """What a proxy has cut, and counted anew, is for nobody to mend: the next answer is whole."""
    peer.answers(Answer(body=body), Answer(body={"id": "1"}), Answer(status=201, body=body))

    assert await client.get("/sheep/1", PURPOSE) == {"id": "1"}
    with pytest.raises(ServiceUnavailable, match="too early"):
        await client.post("/sheep", PURPOSE, json={})
    assert len(peer.asked) == 3


@pytest.mark.parametrize(
    "body", [[1], "[" * 100_000 + "]" * 100_000, "null"], ids=["list", "nested", "null"]
)
async def test_a_success_of_another_form_is_refused(
    client: GraphClient, peer: Peer, body: object
) -> None:
    """JSON that is no object is no answer to a read, and the next one won't be another."""
    peer.answers(*[Answer(body=body)] * 3)

    with pytest.raises((UnexpectedAnswer, ServiceUnavailable)):
        await client.get("/sheep/1", PURPOSE)


SIGN_IN = "<html>Who are you?</html>"
FAILED = {"error": {"code": "generalException", "message": "It was not to be."}}
# The names of the forms, and what a proxy, or a gateway, says in Graph's place.
NOT_GRAPHS = {
    "a page": Answer(body=SIGN_IN),
    "a page that forbids": Answer(status=403, body=SIGN_IN),
    "a page that is not found": Answer(status=404, body=SIGN_IN),
    "an error within a success": Answer(body=FAILED),
    "nothing": Answer(),
    "nothing but blanks": Answer(body=" \r\n"),
    "nothing to a read": Answer(status=204),
}


@pytest.mark.parametrize("form", sorted(NOT_GRAPHS))
async def test_an_answer_that_is_not_graphs_passes(
    client: GraphClient, peer: Peer, form: str
) -> None:
    """It says nothing of what was asked: nobody is gone, no right lacks, and nothing is there."""
    peer.answers(NOT_GRAPHS[form], Answer(body={"id": "1"}))
    assert await client.get("/sheep/1", PURPOSE) == {"id": "1"}

    peer.answers(*[NOT_GRAPHS[form]] * 3)
    with pytest.raises(ServiceUnavailable) as raised:
        await client.get("/sheep/1", PURPOSE)
    assert raised.value.status is None
    assert peer.unspoken == 0


@pytest.mark.parametrize("form", sorted(NOT_GRAPHS))
async def test_an_action_is_done_where_its_own_status_says_so(
    client: GraphClient, peer: Peer, form: str
) -> None:
    """Any other success may be a proxy's, so what becomes of the action is looked for."""
    peer.answers(NOT_GRAPHS[form], Answer(status=202, body=FAILED), Answer(status=202))
    for _ in range(2):
        with pytest.raises(ServiceUnavailable) as raised:
            await client.post("/sheep/1/shear", PURPOSE, done=HTTPStatus.ACCEPTED)
        assert raised.value.status is None

    assert await client.post("/sheep/1/shear", PURPOSE, done=HTTPStatus.ACCEPTED) is None


async def test_a_page_is_no_deletion(client: GraphClient, peer: Peer) -> None:
    """What is to go is gone when Graph says so, and not when a proxy wants to know who we are."""
    peer.answers(Answer(body=SIGN_IN), Answer(), Answer(status=204))

    await client.delete("/sheep/1", PURPOSE)

    assert len(peer.asked) == 3


async def test_a_page_is_no_mail(client: GraphClient, peer: Peer) -> None:
    """What isn't JSON is taken as it is, but Graph has no pages."""
    page = Answer(body=SIGN_IN, headers={"Content-Type": "text/html; charset=utf-8"})
    peer.answers(page, Answer(body="Subject: sheep\r\n", headers={"Content-Type": "text/plain"}))

    assert await client.content("/sheep/1/$value", PURPOSE) == b"Subject: sheep\r\n"


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
