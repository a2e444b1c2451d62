"""Each read of a batch is judged as one of its own, and the batch itself says nothing of any."""

import asyncio
import logging
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from domain.failures import (
    BadRequest,
    NotFound,
    PermissionDenied,
    RolloutError,
    ServiceUnavailable,
    SignInFailed,
    Throttled,
    UnexpectedAnswer,
)
from graph.http.client import GraphClient
from graph.http.json_batch import ALONE_FOR, APART_FOR, BatchedReads
from graph.http.transport import TIMEOUT, open_exchange
from tests.graph.conftest import NumberedTokens
from tests.graph.http.batches import PURPOSE, WORK, batch, part, sheep, together
from tests.graph.http.peer import Answer, Peer

pytestmark = pytest.mark.usefixtures("work")
THROTTLED = {"status": 429, "headers": {"Retry-After": "0.05"}}


@pytest.mark.parametrize(
    ("status", "failure"),
    [(404, NotFound), (403, PermissionDenied), (500, ServiceUnavailable), (418, BadRequest)],
)
async def test_each_part_is_judged_by_itself(
    once: GraphClient, peer: Peer, status: int, failure: type[RolloutError]
) -> None:
    """The failure of one is no failure of another."""
    error = {"code": "Request_Something", "message": "ada@contoso.com"}
    peer.answers(batch(part("a"), {"status": status, "body": {"error": error}}, part("c")))

    first, second, third = await together(*sheep(once, "a", "b", "c"))

    assert (first, third) == ({"id": "a"}, {"id": "c"})
    assert isinstance(second, failure)
    assert second.status == status
    assert second.code == "Request_Something"
    assert "ada" not in str(second)


async def test_a_throttled_part_is_repeated_alone(client: GraphClient, peer: Peer) -> None:
    """A 429 within a 200 is obeyed: that part alone waits as long as it says, and is repeated."""
    peer.answers(batch(part("a"), THROTTLED), Answer(body={"id": "b"}))

    started = asyncio.get_running_loop().time()
    assert await together(*sheep(client, "a", "b")) == [{"id": "a"}, {"id": "b"}]

    assert asyncio.get_running_loop().time() - started >= 0.05
    assert peer.targets[1:] == ["GET /v1.0/sheep/b?$select=id"]


async def test_what_a_part_asks_for_holds_for_its_service(once: GraphClient, peer: Peer) -> None:
    """After a part's 429 its service is left alone; other services are asked."""
    methods = once.get("/users/u/authentication/methods", PURPOSE)
    wait = {"status": 429, "headers": {"retry-after": "3600"}}
    peer.answers(batch(part("a"), wait), Answer(body={"id": "c"}))
    _, refused = await together(*sheep(once, "a"), methods)

    again, other = await together(
        once.get("/users/v/authentication/methods", PURPOSE), *sheep(once, "c")
    )

    assert isinstance(refused, Throttled)
    assert isinstance(again, Throttled)
    assert other == {"id": "c"}
    assert len(peer.asked) == 2


async def test_a_batch_that_fails_for_a_throttled_part_is_read(
    client: GraphClient, peer: Peer
) -> None:
    """Microsoft's page on throttling says that the batch then is a 424: its parts count."""
    answer = batch(part("a"), THROTTLED)
    peer.answers(
        Answer(status=HTTPStatus.FAILED_DEPENDENCY, body=answer.body), Answer(body={"id": "b"})
    )

    assert await together(*sheep(client, "a", "b")) == [{"id": "a"}, {"id": "b"}]


@pytest.mark.parametrize("status", [424, 500, 502, 503, 504])
async def test_a_part_that_may_work_later_is_repeated(
    client: GraphClient, peer: Peer, status: int
) -> None:
    """A passing failure within is repeated as that of a call is."""
    error = {"error": {"code": "x", "message": "x"}}
    peer.answers(batch({"status": status, "body": error}, part("b")), Answer(body={"id": "again"}))

    assert await together(*sheep(client, "a", "b")) == [{"id": "again"}, {"id": "b"}]


async def test_a_token_that_a_part_rejects_is_renewed(
    client: GraphClient, peer: Peer, tokens: NumberedTokens
) -> None:
    """A 401 within is asked again by a new token."""
    expired = {"status": 401, "body": {"error": {"code": "InvalidAuthenticationToken"}}}
    peer.answers(batch(expired, part("b")), Answer(body={"id": "a"}))

    assert await together(*sheep(client, "a", "b")) == [{"id": "a"}, {"id": "b"}]

    assert tokens.rejected == ["token-1"]
    assert peer.asked[1].headers["authorization"] == "Bearer token-2"


async def test_a_token_that_is_rejected_as_a_whole_is_renewed(
    client: GraphClient, peer: Peer
) -> None:
    """A 401 of the whole is one of each part, and the second one is a failure."""
    peer.answers(*[Answer(status=401)] * 3)

    found = await together(*sheep(client, "a", "b"))

    assert [type(one) for one in found] == [SignInFailed] * 2
    assert len(peer.asked) == 3


@pytest.mark.parametrize("status", [429, 503])
async def test_a_batch_that_is_throttled_as_a_whole_is_repeated(
    client: GraphClient, peer: Peer, status: int
) -> None:
    """What the whole was told holds for each part; nothing of it was looked at."""
    peer.answers(Answer(status=status, headers={"Retry-After": "0"}), batch(part("a"), part("b")))

    assert await together(*sheep(client, "a", "b")) == [{"id": "a"}, {"id": "b"}]


@pytest.mark.parametrize("answer", [Answer(cut=True), Answer(status=502), Answer(status=504)])
async def test_a_batch_without_an_answer_is_a_failure_of_each(
    once: GraphClient, peer: Peer, answer: Answer
) -> None:
    """A line that is cut, or a gateway's failure, is nobody's answer."""
    peer.answers(answer)

    found = await together(*sheep(once, "a", "b"))

    assert [type(one) for one in found] == [ServiceUnavailable] * 2
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    "second",
    [
        None,
        part("b") | {"id": "3"},
        part("b") | {"id": 2},
        part("b") | {"status": "200"},
        part("b") | {"status": True},
        part("b") | {"status": 0},
        part("b") | {"id": "1"},
    ],
    ids=["missing", "other id", "number", "text", "bool", "zero", "doubled"],
)
async def test_a_part_without_one_answer_is_a_failure(
    once: GraphClient, peer: Peer, second: dict[str, Any] | None
) -> None:
    """An id that is missing or comes twice, and a status that is none, tell nothing."""
    peer.answers(batch(part("a"), second))

    first, other = await together(*sheep(once, "a", "b"))

    assert isinstance(other, ServiceUnavailable)
    is_doubled = second is not None and second.get("id") == "1"
    assert isinstance(first, ServiceUnavailable) if is_doubled else first == {"id": "a"}


async def test_a_missing_part_is_asked_again(client: GraphClient, peer: Peer) -> None:
    """A read that got no answer is repeated, as one whose connection broke."""
    peer.answers(batch(part("a"), None), Answer(body={"id": "b"}))

    assert await together(*sheep(client, "a", "b")) == [{"id": "a"}, {"id": "b"}]


@pytest.mark.parametrize("body", ["PGh0bWw+", "17", [], None])
async def test_a_body_that_is_no_object_is_no_answer(
    once: GraphClient, peer: Peer, body: object
) -> None:
    """What isn't JSON comes as base64, and is never taken for what was asked."""
    peer.answers(batch(part("a"), {"status": 200, "body": body}))

    first, second = await together(*sheep(once, "a", "b"))

    assert first == {"id": "a"}
    assert isinstance(second, (ServiceUnavailable, UnexpectedAnswer))


@pytest.mark.parametrize(
    "answer",
    [
        *[Answer(status=status) for status in (302, 400, 403, 404, 405, 413)],
        Answer(body="<html>"),
        Answer(body={"id": "a"}),
        Answer(body={"responses": {"1": {}}}),
        Answer(status=424),
    ],
)
async def test_where_no_batch_passes_each_is_asked_by_itself(
    once: GraphClient, peer: Peer, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    """A refused batch says nothing of a person: no 404 of it is anybody's absence."""
    caplog.set_level(logging.WARNING, logger="graph")
    fine = Answer(body={"id": "a"})
    peer.answers(answer, fine, fine, fine, fine)

    assert await together(*sheep(once, "a", "b")) == [{"id": "a"}] * 2
    assert await together(*sheep(once, "c", "d")) == [{"id": "a"}] * 2

    assert [one.method for one in peer.asked] == ["POST", *["GET"] * 4]
    assert [one.message for one in caplog.records] == ["graph batch refused"]


@pytest.mark.parametrize(
    ("refusal", "period"),
    [
        (Answer(body="<html>Who are you?</html>"), APART_FOR),
        (Answer(status=302), APART_FOR),
        (Answer(status=405), ALONE_FOR),
    ],
    ids=["page", "redirect", "refusal"],
)
async def test_a_batch_is_tried_again_after_a_while(
    peer: Peer, refusal: Answer, period: timedelta
) -> None:
    """After an hour a proxy may let batches pass; a page that asks who we are goes sooner."""
    now = 0.0
    async with open_exchange() as http:
        reads = BatchedReads(http, f"{peer.origin}/v1.0", clock=lambda: now)

        async def read(name: str) -> int:
            headers = {
                "Authorization": "Bearer token-1",
                "User-Agent": "tests",
                "Accept": "application/json",
                "client-request-id": WORK,
            }
            url = f"{peer.origin}/v1.0/sheep/{name}"
            answer = await reads.ask("GET", url, headers=headers, content=None, limits=TIMEOUT)
            return answer.status_code

        fine = Answer(body={"id": "a"})
        peer.answers(refusal, fine, fine, batch(part("a"), part("b")))
        assert await together(read("a"), read("b")) == [200, 200]
        now = period.total_seconds()
        assert await together(read("a"), read("b")) == [200, 200]

    assert [one.method for one in peer.asked] == ["POST", "GET", "GET", "POST"]
