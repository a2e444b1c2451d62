"""Reads of one moment go in one request, as Microsoft documents it."""

import asyncio
import logging

import pytest

from graph.groups import Memberships
from graph.http.client import GraphClient
from graph.http.json_batch import MOST_READS
from tests.graph.http.batches import PURPOSE, WORK, batch, of_work, part, sheep, together, urls
from tests.graph.http.peer import Answer, Peer

pytestmark = pytest.mark.usefixtures("work")


async def test_reads_of_one_moment_are_one_request(client: GraphClient, peer: Peer) -> None:
    """Each gets its own answer, whatever their order; token and id stand once."""
    peer.answers(batch(part("a"), part("b")))

    assert await together(*sheep(client, "a", "b")) == [{"id": "a"}, {"id": "b"}]

    [asked] = peer.asked
    assert (asked.method, asked.target) == ("POST", "/v1.0/$batch")
    assert asked.headers["authorization"] == "Bearer token-1"
    assert asked.headers["client-request-id"] == WORK
    assert asked.headers["content-type"] == "application/json"
    assert asked.json() == {
        "requests": [
            {
                "id": number,
                "method": "GET",
                "url": f"/sheep/{name}?$select=id",
                "headers": {"client-request-id": WORK},
            }
            for number, name in (("1", "a"), ("2", "b"))
        ]
    }


async def test_a_question_by_post_goes_along(client: GraphClient, peer: Peer) -> None:
    """What is asked by POST and changes nothing is a part with its body and its type."""
    peer.answers(batch(part("a"), part("", body={"value": ["G"]})))

    found = await together(*sheep(client, "a"), Memberships(client).member_of("u", ["g"]))

    assert found == [{"id": "a"}, frozenset({"g"})]
    asked = peer.asked[0].json()["requests"][1]
    assert (asked["method"], asked["url"]) == ("POST", "/users/u/checkMemberGroups")
    assert asked["headers"]["Content-Type"] == "application/json"
    assert asked["body"] == {"groupIds": ["g"]}


async def test_what_is_done_goes_by_itself(client: GraphClient, peer: Peer) -> None:
    """A deed is never part of a batch, and neither is what isn't JSON."""
    peer.answers(*[Answer(body={"id": "a"})] * 4)

    await together(
        client.post("/sheep", PURPOSE, json={}),
        client.post("/sheep", PURPOSE, json={}, idempotent=True),
        client.patch("/sheep/a", PURPOSE, json={}),
        client.content("/sheep/a/$value", PURPOSE),
    )

    assert sorted(peer.targets) == [
        "GET /v1.0/sheep/a/$value",
        "PATCH /v1.0/sheep/a",
        "POST /v1.0/sheep",
        "POST /v1.0/sheep",
    ]


async def test_a_single_read_is_no_batch(client: GraphClient, peer: Peer) -> None:
    """One read is asked as it always was."""
    peer.answers(Answer(body={"id": "a"}))

    assert await together(*sheep(client, "a")) == [{"id": "a"}]

    assert peer.targets == ["GET /v1.0/sheep/a?$select=id"]


async def test_another_piece_of_work_asks_by_itself(client: GraphClient, peer: Peer) -> None:
    """What belongs to different work, or to none, is never put together."""
    peer.answers(*[Answer(body={"id": "a"})] * 3)
    calls = []
    for work in (WORK, "another", ""):
        with of_work(work):
            calls += [asyncio.create_task(one) for one in sheep(client, "a")]

    await asyncio.gather(*calls)

    assert {one.method for one in peer.asked} == {"GET"}


async def test_no_batch_has_more_than_graph_takes(client: GraphClient, peer: Peer) -> None:
    """What is more goes in several requests of about one size."""
    names = [str(number) for number in range(MOST_READS + 5)]
    peer.answers(*[batch(*map(part, map(str, range(13))))] * 2)

    await together(*sheep(client, *names))

    assert [len(urls(one)) for one in peer.asked] == [13, 12]
    assert [url for one in peer.asked for url in urls(one)] == [
        f"/sheep/{name}?$select=id" for name in names
    ]


async def test_who_gives_up_takes_nobody_along(client: GraphClient, peer: Peer) -> None:
    """Others still get their answers; where nobody waits any more the request ends."""
    peer.answers(Answer(silent=True), batch(part("c"), part("d")))
    given_up, also = (asyncio.create_task(one) for one in sheep(client, "a", "b"))
    await peer.was_asked.wait()
    given_up.cancel()
    await asyncio.sleep(0)
    assert not also.done()
    also.cancel()
    await asyncio.gather(given_up, also, return_exceptions=True)

    assert await together(*sheep(client, "c", "d")) == [{"id": "c"}, {"id": "d"}]
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not [one for one in others if "BatchedReads" in repr(one)]


async def test_who_gives_up_before_it_is_sent_is_not_asked_about(
    client: GraphClient, peer: Peer
) -> None:
    """A read that was cancelled in the same moment is no part."""
    peer.answers(Answer(body={"id": "b"}))
    first, second = (asyncio.create_task(one) for one in sheep(client, "a", "b"))
    await asyncio.sleep(0)
    first.cancel()

    assert await second == {"id": "b"}
    assert peer.targets == ["GET /v1.0/sheep/b?$select=id"]


async def test_pages_are_read_together(client: GraphClient, peer: Peer) -> None:
    """The first pages of collections go in one request, and a next page as Graph names it."""
    link = f"{peer.origin}/v1.0/sheep?$skiptoken=a%20b"
    first = {"status": 200, "body": {"value": [{"id": "a"}], "@odata.nextLink": link}}
    peer.answers(
        batch(first, {"status": 200, "body": {"value": []}}),
        Answer(body={"value": [{"id": "b"}]}),
    )

    async def rows(path: str) -> list[str]:
        return [row["id"] async for row in client.pages(path, PURPOSE)]

    assert await together(rows("/sheep"), rows("/goats")) == [["a", "b"], []]
    assert peer.targets[1:] == ["GET /v1.0/sheep?$skiptoken=a%20b"]


async def test_the_log_names_the_batch_where_a_part_has_no_id(
    client: GraphClient, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    """Parts have no request ids of their own: Microsoft finds the call by that of the whole."""
    caplog.set_level(logging.DEBUG, logger="graph")
    peer.answers(batch(part("a"), {"status": 404, "body": {"error": {"code": "x"}}}))

    await together(*sheep(client, "a", "b"))

    [record] = [one for one in caplog.records if one.message == "graph call failed"]
    assert vars(record)["request_id"] == "r-17"


async def test_an_address_that_has_to_be_decoded_goes_by_itself(
    client: GraphClient, peer: Peer
) -> None:
    """What a batch may read differently (a guest's name, a plus, a slash) is asked as ever."""
    conditions = ["mail eq 'ada+it@contoso.example'", "mail eq 'ada o''hara@contoso.example'"]
    peer.answers(*[Answer(body={"id": "a"})] * 4, batch(part("a"), part("b")))
    odd = ("ada_contoso.com%23EXT%23%40fabrikam.example", "%C3%A4da", "a%2Fb")

    await together(
        *sheep(client, *odd), client.get("/sheep", PURPOSE, params={"$filter": conditions[0]})
    )
    await together(
        *sheep(client, "ada%40contoso.example"),
        client.get("/sheep", PURPOSE, params={"$filter": conditions[1]}),
    )

    assert [one.method for one in peer.asked] == ["GET"] * 4 + ["POST"]
    assert urls(peer.asked[-1]) == [
        "/sheep/ada@contoso.example?$select=id",
        "/sheep?$filter=mail eq 'ada o''hara@contoso.example'",
    ]
