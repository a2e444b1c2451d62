"""A part of a batch that is odd, or brings all of it down, is no failure of the others."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.failures import ServiceUnavailable, Throttled
from graph.http.client import GraphClient
from tests.graph.conftest import SHORT
from tests.graph.http.batches import batch, part, sheep, together
from tests.graph.http.peer import Answer, Peer

pytestmark = pytest.mark.usefixtures("work")


@pytest.fixture
def patience() -> httpx.Timeout:
    """Return a fifth of a second: some of these answers never end."""
    return SHORT


@pytest.mark.parametrize(
    "odd",
    [
        {"body": {"id": "b", "displayName": "Ada \ud83d"}},
        {"body": {"id": "b"}, "headers": {"Location": "https://contoso.sharepoint.com/sites/\xfc"}},
        {"body": {"id": "b"}, "headers": {"\ud83d": "\ud83d"}},
    ],
    ids=["half a character", "header beyond ASCII", "half a character in a header"],
)
async def test_what_no_encoding_has_is_nobody_elses_failure(
    once: GraphClient, peer: Peer, odd: dict[str, Any]
) -> None:
    """Names in the directory may be cut amid a character; such a part is read as by itself."""
    peer.answers(batch(part("a"), part("b", **odd)))

    first, second = await together(*sheep(once, "a", "b"))

    assert (first, second) == ({"id": "a"}, odd["body"])


async def test_a_date_to_wait_for_is_measured_by_the_time_of_the_whole(
    once: GraphClient, peer: Peer
) -> None:
    """Parts have no Date of their own, and our clock may differ from Microsoft's."""
    wait = {"status": 429, "headers": {"Retry-After": "Sun, 01 Mar 2026 12:01:00 GMT"}}
    answer = batch(part("a"), wait)
    sent_at = {"Date": "Sun, 01 Mar 2026 12:00:00 GMT"}
    peer.answers(Answer(body=answer.body, headers=sent_at))

    _, refused = await together(*sheep(once, "a", "b"))

    assert isinstance(refused, Throttled)
    assert refused.retry_after == timedelta(minutes=1)


@pytest.mark.parametrize(
    "answer", [Answer(silent=True), Answer(cut=True), Answer(status=500), Answer(status=504)]
)
async def test_a_part_that_brings_its_batch_down_holds_up_no_other_twice(
    once: GraphClient, peer: Peer, answer: Answer
) -> None:
    """After a batch that hung or failed as a whole each is asked by itself, for a minute."""
    peer.answers(answer, Answer(body={"id": "a"}), answer)
    found = await together(*sheep(once, "a", "b"))
    assert [type(one) for one in found] == [ServiceUnavailable] * 2

    found = await together(*sheep(once, "a", "b"))

    assert {type(one) for one in found} == {dict, ServiceUnavailable}
    assert [one.method for one in peer.asked] == ["POST", "GET", "GET"]
