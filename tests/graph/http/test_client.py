"""The client obeys, repeats, renews and gives up as Graph's pages ask for."""

import asyncio
import logging
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import httpx
import pytest

from domain.correlation import correlation_id
from domain.failures import (
    Conflict,
    PermissionDenied,
    ServiceUnavailable,
    SignInFailed,
    Throttled,
)
from graph.http.answers import USER_AGENT
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.transport import open_exchange
from tests.graph.conftest import SHORT, NumberedTokens
from tests.graph.http.peer import Answer, Peer, scripted_peer
from tests.graph.tenant import HASTY

PURPOSE = Purpose(doing="count the sheep", grant="Sheep.Read.All", absent="There are no sheep.")
FINE = Answer(body={"id": "1"})


async def test_a_call_says_who_and_which_it_is(client: GraphClient, peer: Peer) -> None:
    """Each request carries the token, the decorated agent and an id of its own."""
    peer.answers(FINE, FINE)

    assert await client.get("/sheep/1", PURPOSE, params={"$select": "id"}) == {"id": "1"}
    await client.get("/sheep/1", PURPOSE)

    first, second = peer.asked
    assert first.target == "/v1.0/sheep/1?$select=id"
    assert first.headers["authorization"] == "Bearer token-1"
    assert first.headers["user-agent"] == USER_AGENT
    ids = [UUID(asked.headers["client-request-id"]) for asked in (first, second)]
    assert ids[0] != ids[1]


async def test_a_long_header_is_no_broken_answer(client: GraphClient, peer: Peer) -> None:
    """A policy of 60 KB that a proxy adds makes no sent mail look like a lost one."""
    policy = "default-src 'self'; " * 3_000
    peer.answers(Answer(status=202, headers={"Content-Security-Policy": policy}))

    assert await client.post("/sheep", PURPOSE, done=HTTPStatus.ACCEPTED) is None


async def test_the_callers_correlation_id_is_passed_on(client: GraphClient, peer: Peer) -> None:
    """What the caller set goes along with all its calls."""
    peer.answers(FINE)
    reset = correlation_id.set("2b0c8f1e-0000-4000-8000-00000000c0de")
    try:
        await client.get("/sheep/1", PURPOSE)
    finally:
        correlation_id.reset(reset)

    assert peer.asked[0].headers["client-request-id"] == "2b0c8f1e-0000-4000-8000-00000000c0de"


async def test_a_rejected_token_is_renewed_once(
    client: GraphClient, peer: Peer, tokens: NumberedTokens
) -> None:
    """After a 401 the same call goes out with a new token, even a POST: nothing was done."""
    peer.answers(Answer(status=401), Answer(status=204))

    assert await client.post("/sheep", PURPOSE, json={"name": "Dolly"}) is None
    assert [asked.headers["authorization"] for asked in peer.asked] == [
        "Bearer token-1",
        "Bearer token-2",
    ]
    assert peer.asked[1].json() == {"name": "Dolly"}
    assert tokens.rejected == ["token-1"]


async def test_what_was_granted_since_is_there(
    client: GraphClient, peer: Peer, tokens: NumberedTokens
) -> None:
    """After a 403 the same call goes out with a newer token, if there is one: nothing was done."""
    tokens.more_was_granted = True
    peer.answers(Answer(status=403), Answer(status=204), Answer(status=403))

    await client.post("/sheep", PURPOSE, json={"name": "Dolly"})
    with pytest.raises(PermissionDenied):
        await client.post("/sheep", PURPOSE, json={"name": "Dolly"})

    assert [asked.headers["authorization"] for asked in peer.asked] == [
        "Bearer token-1",
        "Bearer token-2",
        "Bearer token-2",
    ]
    assert tokens.rejected == ["token-1"]


async def test_a_second_403_is_a_failure(
    client: GraphClient, peer: Peer, tokens: NumberedTokens
) -> None:
    """A newer token that is denied, too, is all that can be had."""
    tokens.more_was_granted = True
    peer.answers(Answer(status=403), Answer(status=403))

    with pytest.raises(PermissionDenied):
        await client.get("/sheep/1", PURPOSE)
    assert len(peer.asked) == 2


async def test_a_second_401_is_a_failure(client: GraphClient, peer: Peer) -> None:
    """A new token that is rejected as well ends the call."""
    peer.answers(Answer(status=401), Answer(status=401))

    with pytest.raises(SignInFailed):
        await client.get("/sheep/1", PURPOSE)
    assert len(peer.asked) == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wait", ["0", "0.05", "Thu, 01 Jan 2026 00:00:00 GMT"])
async def test_a_short_wait_happens_in_the_call(
    client: GraphClient, peer: Peer, status: int, wait: str
) -> None:
    """A call that was turned away is made again after the wait it was told, even a POST."""
    peer.answers(Answer(status=status, headers={"Retry-After": wait}), Answer(status=204))

    started = asyncio.get_running_loop().time()
    await client.post("/sheep", PURPOSE, json={})

    assert len(peer.asked) == 2
    if wait == "0.05":
        assert asyncio.get_running_loop().time() - started >= 0.05


@pytest.mark.parametrize("wait", [None, "soon"])
async def test_a_429_without_a_usable_wait_backs_off(
    client: GraphClient, peer: Peer, wait: str | None
) -> None:
    """Without a wait to obey the client waits by its own measure, and gives up in the end."""
    headers = {"Retry-After": wait} if wait else {}
    peer.answers(*[Answer(status=429, headers=headers)] * 3)

    with pytest.raises(Throttled) as raised:
        await client.get("/sheep/1", PURPOSE)
    assert raised.value.retry_after is None
    assert len(peer.asked) == 3


async def test_a_long_wait_is_left_to_the_caller(client: GraphClient, peer: Peer) -> None:
    """A wait beyond the client's patience leaves at once, with its length."""
    peer.answers(Answer(status=429, headers={"Retry-After": "120"}))

    with pytest.raises(Throttled) as raised:
        await client.get("/sheep/1", PURPOSE)
    assert raised.value.retry_after == timedelta(minutes=2)
    assert len(peer.asked) == 1


@pytest.mark.parametrize("failing", [Answer(status=502, body="<html>"), Answer(cut=True)])
async def test_reads_survive_a_failure(client: GraphClient, peer: Peer, failing: Answer) -> None:
    """A read, a PATCH and a DELETE are made again after a 5xx or a cut line."""
    peer.answers(failing, FINE, failing, FINE, failing, Answer(status=204))

    await client.get("/sheep/1", PURPOSE)
    await client.patch("/sheep/1", PURPOSE, json={"name": "Dolly"})
    await client.delete("/sheep/1", PURPOSE)

    assert peer.unspoken == 0


@pytest.mark.parametrize("failing", [Answer(status=504), Answer(cut=True), Answer(silent=True)])
async def test_a_post_that_may_have_been_done_is_not_repeated(
    hurried: GraphClient, peer: Peer, failing: Answer
) -> None:
    """A POST whose answer is lost goes out once only."""
    peer.answers(failing, FINE)

    with pytest.raises(ServiceUnavailable):
        await hurried.post("/sheep", PURPOSE, json={})
    assert len(peer.asked) == 1


async def test_an_idempotent_post_is_repeated(client: GraphClient, peer: Peer) -> None:
    """A POST that only reads, say, survives a failure as a GET does."""
    peer.answers(Answer(status=500), FINE)

    assert await client.post("/sheep/count", PURPOSE, json={}, idempotent=True) == {"id": "1"}


async def test_a_hanging_read_ends_after_one_timeout(hurried: GraphClient, peer: Peer) -> None:
    """An answer that doesn't come is waited for once, then it is Temporal's turn."""
    peer.answers(Answer(silent=True), FINE)

    with pytest.raises(ServiceUnavailable, match="ReadTimeout"):
        await hurried.get("/sheep/1", PURPOSE)
    assert len(peer.asked) == 1


async def test_a_refused_connection_is_a_passing_failure(tokens: NumberedTokens) -> None:
    """Where nobody listens the call fails in words, without the address."""
    async with scripted_peer() as gone:
        origin = gone.origin
    async with open_exchange() as http:
        client = GraphClient(http, origin, tokens, patience=HASTY, timeout=SHORT)
        with pytest.raises(ServiceUnavailable, match="ConnectError") as raised:
            await client.post("/sheep", PURPOSE, json={})

    assert "127.0.0.1" not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_conflicts_are_for_the_caller(client: GraphClient, peer: Peer) -> None:
    """A 412 isn't repeated blindly: the caller has to read again first."""
    peer.answers(Answer(status=412), FINE)

    with pytest.raises(Conflict):
        await client.patch("/sheep/1", PURPOSE, json={}, headers={"If-Match": '"1"'})
    assert peer.asked[0].headers["if-match"] == '"1"'
    assert len(peer.asked) == 1


async def test_neither_token_nor_address_reaches_logs_or_messages(
    client: GraphClient, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure is logged by Graph's ids alone."""
    caplog.set_level(logging.DEBUG, logger="graph")
    peer.answers(Answer(status=400, body="ada@contoso.com", headers={"request-id": "r-17"}))

    with pytest.raises(Exception, match="count the sheep") as raised:
        await client.get("/users/ada%40contoso.com", PURPOSE)

    said = "\n".join(
        [str(raised.value), *(str(vars(r)) for r in caplog.records if "graph" in r.name)]
    )
    assert "'doing': 'count the sheep'" in said
    assert "r-17" in said
    assert "ada" not in said
    assert "token-" not in said


async def test_a_callers_header_cannot_replace_the_token(client: GraphClient, peer: Peer) -> None:
    """Further headers go along; the token stays ours."""
    peer.answers(FINE)

    await client.get("/sheep/1", PURPOSE, headers={"Prefer": "x", "Authorization": "none"})

    assert peer.asked[0].headers["prefer"] == "x"
    assert peer.asked[0].headers["authorization"] == "Bearer token-1"


async def test_cancelling_ends_a_wait(peer: Peer, tokens: NumberedTokens) -> None:
    """A call that hangs can be cancelled without waiting for its timeout."""
    async with open_exchange() as http:
        client = GraphClient(http, peer.origin, tokens, timeout=httpx.Timeout(30))
        peer.answers(Answer(silent=True))
        call = asyncio.create_task(client.get("/sheep/1", PURPOSE))
        await peer.was_asked.wait()

        call.cancel()

        with pytest.raises(asyncio.CancelledError):
            await call
