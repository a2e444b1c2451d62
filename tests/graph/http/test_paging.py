"""A collection is read to its end, and nowhere else."""

import pytest

from domain.failures import BadRequest, RolloutError, ServiceUnavailable, UnexpectedAnswer
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from tests.graph.http.peer import Answer, Peer, scripted_peer

PURPOSE = Purpose(doing="list the sheep", grant="Sheep.Read.All", absent="There are no sheep.")


def page(*ids: str, link: object = None) -> Answer:
    """Return a page of a collection with a link to the next, if any."""
    body: dict[str, object] = {"value": [{"id": id_} for id_ in ids]}
    return Answer(body=body if link is None else body | {"@odata.nextLink": link})


async def ids_of(client: GraphClient) -> list[object]:
    """Return the ids of all rows."""
    rows = client.pages("/sheep", PURPOSE, params={"$top": "2"}, headers={"Prefer": "x"})
    return [row["id"] async for row in rows]


async def test_links_are_followed_as_they_are(client: GraphClient, peer: Peer) -> None:
    """Each link is used verbatim, with the same headers; an empty page isn't the end."""
    link = f"{peer.origin}/v1.0/sheep?$top=2&$skiptoken=a%2Bb"
    peer.answers(page("1", "2", link=link + "1"), page(link=link + "2"), page("3"))

    assert await ids_of(client) == ["1", "2", "3"]
    assert peer.targets == [
        "GET /v1.0/sheep?$top=2",
        "GET /v1.0/sheep?$top=2&$skiptoken=a%2Bb1",
        "GET /v1.0/sheep?$top=2&$skiptoken=a%2Bb2",
    ]
    assert {asked.headers["prefer"] for asked in peer.asked} == {"x"}


async def test_a_link_with_bare_letters_is_one_address(client: GraphClient, peer: Peer) -> None:
    """What may not stand in a request line is quoted, and what is quoted stays as it is."""
    link = f"{peer.origin}/v1.0/sheep?$filter=name eq 'M\u00fc|\u2028'&$skiptoken=%2Bb%zz[1]"
    peer.answers(page("1", link=link), page("2"))

    assert await ids_of(client) == ["1", "2"]
    assert peer.targets[1] == (
        "GET /v1.0/sheep?$filter=name%20eq%20'M%C3%BC%7C%E2%80%A8'&$skiptoken=%2Bb%zz[1]"
    )


async def test_a_link_to_another_host_is_not_followed(client: GraphClient, peer: Peer) -> None:
    """The token never goes to a host that a link names."""
    async with scripted_peer() as elsewhere:
        peer.answers(page("1", link=f"{elsewhere.origin}/v1.0/sheep?$skiptoken=2"))
        with pytest.raises(UnexpectedAnswer, match="leads away"):
            await ids_of(client)

        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [("Directory_ExpiredPageToken", ServiceUnavailable), ("Request_BadRequest", BadRequest)],
)
async def test_a_page_that_is_forgotten_passes(
    client: GraphClient, peer: Peer, code: str, kind: type[RolloutError]
) -> None:
    """The same link would fail for ever, but whoever reads from the beginning gets another."""
    refusal = Answer(status=400, body={"error": {"code": code, "message": "x"}})
    peer.answers(page("1", link=f"{peer.origin}/v1.0/sheep?$skiptoken=2"), refusal)

    with pytest.raises(RolloutError) as raised:
        await ids_of(client)
    assert type(raised.value) is kind
    assert len(peer.asked) == 2


@pytest.mark.parametrize("link", [17, "", "/v1.0/sheep?$skiptoken=2"])
async def test_a_link_that_is_none_is_refused(
    client: GraphClient, peer: Peer, link: object
) -> None:
    """A link that isn't an absolute address ends in a failure, never in a shorter list."""
    peer.answers(page("1", link=link))

    with pytest.raises(UnexpectedAnswer):
        await ids_of(client)


async def test_a_link_to_the_same_page_is_refused(client: GraphClient, peer: Peer) -> None:
    """A page that names itself as the next would never end."""
    peer.answers(page("1", link=f"{peer.origin}/v1.0/sheep?$top=2"), page("1"))

    with pytest.raises(UnexpectedAnswer):
        await ids_of(client)


async def test_a_circle_of_pages_is_refused(client: GraphClient, peer: Peer) -> None:
    """A page that leads back to one before it would never end, either."""
    first, second = (f"{peer.origin}/v1.0/sheep?$top=2{more}" for more in ("", "&$skiptoken=2"))
    peer.answers(page("1", link=second), page("2", link=first), page("1", link=second))

    with pytest.raises(UnexpectedAnswer, match="in a circle"):
        await ids_of(client)
    assert len(peer.asked) == 2


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": {}}, {"value": ["1"]}])
async def test_a_page_without_rows_is_refused(
    client: GraphClient, peer: Peer, body: object
) -> None:
    """An answer without a list of rows isn't an empty list."""
    peer.answers(Answer(body=body))

    with pytest.raises(UnexpectedAnswer):
        await ids_of(client)


async def test_a_failure_between_pages_is_survived(client: GraphClient, peer: Peer) -> None:
    """A page that fails once is asked for again, and no row comes twice."""
    link = f"{peer.origin}/v1.0/sheep?$skiptoken=2"
    peer.answers(page("1", link=link), Answer(status=503), page("2"))

    assert await ids_of(client) == ["1", "2"]


async def test_a_page_that_keeps_failing_is_a_failure(client: GraphClient, peer: Peer) -> None:
    """A collection that can't be read to its end is not taken for a shorter one."""
    link = f"{peer.origin}/v1.0/sheep?$skiptoken=2"
    peer.answers(page("1", link=link), *[Answer(status=500)] * 3)

    with pytest.raises(ServiceUnavailable):
        await ids_of(client)
