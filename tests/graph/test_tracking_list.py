"""Items are written and read as SharePoint takes and gives them."""

from urllib.parse import unquote

import pytest

from domain.failures import (
    BadRequest,
    Conflict,
    DuplicateValue,
    NotFound,
    PermissionDenied,
    ServiceUnavailable,
    UnexpectedAnswer,
)
from graph.http.client import GraphClient
from graph.tracking_list import Item, TrackingList
from tests.graph.http.peer import Answer, Peer

SITE = "contoso.sharepoint.com,1,2"
LIST = f"/v1.0/sites/{SITE}/lists/the-list"
ABSENT = Answer(status=404, body={"error": {"code": "itemNotFound", "message": "x"}})
FIELDS = {"Title": "ada@contoso.com", "ReminderCount": 0}
ROW = {"id": "17", "eTag": '"guid,1"', "fields": FIELDS}
DUPLICATE_TEXT = (
    "The list item could not be added or updated because duplicate values were found in the "
    "following field(s) in the list: [Title]."
)


@pytest.fixture
def tracking_list(client: GraphClient) -> TrackingList:
    """Return a list whose Graph is the scripted peer."""
    return TrackingList(client, SITE, "the-list")


def asked(peer: Peer) -> list[str]:
    """Return the requests so far, decoded."""
    return [unquote(target) for target in peer.targets]


async def test_an_item_is_created(tracking_list: TrackingList, peer: Peer) -> None:
    """The fields go out as they are; the item comes back with its id."""
    peer.answers(Answer(status=201, body=ROW))

    assert await tracking_list.create(FIELDS) == Item(id="17", fields=FIELDS)
    assert asked(peer) == [f"POST {LIST}/items"]
    assert peer.asked[0].json() == {"fields": FIELDS}


async def test_an_answer_without_fields_is_filled_in(
    tracking_list: TrackingList, peer: Peer
) -> None:
    """A creation that isn't told back holds what was sent."""
    peer.answers(Answer(status=201, body={"id": "17", "@odata.etag": '"guid,1"'}))

    assert await tracking_list.create(FIELDS) == Item(id="17", fields=FIELDS)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=409, body={"error": {"code": "nameAlreadyExists", "message": "x"}}),
        Answer(status=400, body={"error": {"code": "invalidRequest", "message": DUPLICATE_TEXT}}),
        Answer(status=400, body={"error": {"code": "", "innererror": {"message": DUPLICATE_TEXT}}}),
    ],
)
async def test_a_duplicate_is_told_in_every_form(
    tracking_list: TrackingList, peer: Peer, answer: Answer
) -> None:
    """Whichever way SharePoint words it, a value that exists is a duplicate."""
    peer.answers(answer)

    with pytest.raises(DuplicateValue):
        await tracking_list.create(FIELDS)


async def test_a_duplicate_in_other_words_is_seen_by_its_row(
    tracking_list: TrackingList, peer: Peer
) -> None:
    """A refusal that says nothing to us is a duplicate where the list shows the value."""
    refusal = Answer(status=400, body={"error": {"code": "invalidRequest", "message": "doppelt"}})
    peer.answers(refusal, Answer(body={"value": [ROW]}))

    with pytest.raises(DuplicateValue):
        await tracking_list.create(FIELDS)
    assert "fields/Title eq" in asked(peer)[1]


async def test_a_creation_is_not_repeated(tracking_list: TrackingList, peer: Peer) -> None:
    """A creation whose answer is lost goes out once; the caller looks before the next."""
    peer.answers(Answer(status=504))

    with pytest.raises(ServiceUnavailable):
        await tracking_list.create(FIELDS)
    assert len(peer.asked) == 1


async def test_items_are_found_by_a_column(tracking_list: TrackingList, peer: Peer) -> None:
    """The value is a literal with its quotes doubled; all pages count."""
    link = f"{peer.origin}/v1.0/next"
    peer.answers(Answer(body={"value": [], "@odata.nextLink": link}), Answer(body={"value": [ROW]}))

    (item,) = await tracking_list.find("Title", "o'hara@contoso.com")

    assert item.id == "17"
    assert asked(peer)[0] == (
        f"GET {LIST}/items?$expand=fields&$filter=fields/Title eq 'o''hara@contoso.com'"
    )


async def test_an_item_is_read_by_id(tracking_list: TrackingList, peer: Peer) -> None:
    """One item with its columns costs one call; a deleted one is not found."""
    peer.answers(Answer(body=ROW), ABSENT)

    assert (await tracking_list.get("17")).fields == FIELDS
    assert asked(peer) == [f"GET {LIST}/items/17?$expand=fields"]
    with pytest.raises(NotFound, match="not on the tracking list"):
        await tracking_list.get("17")


async def test_the_list_tells_where_people_see_it(tracking_list: TrackingList, peer: Peer) -> None:
    """The address comes from Microsoft; where there is none, it is empty."""
    url = "https://contoso.sharepoint.com/sites/mfa/Lists/MFA"
    peer.answers(Answer(body={"id": "1", "webUrl": url}), Answer(body={"id": "1"}))

    assert await tracking_list.web_url() == url
    assert await tracking_list.web_url() == ""
    assert asked(peer) == [f"GET {LIST}?$select=id,webUrl"] * 2


async def test_every_item_is_listed(tracking_list: TrackingList, peer: Peer) -> None:
    """The whole list is read in large pages."""
    link = f"{peer.origin}/v1.0/next"
    peer.answers(
        Answer(body={"value": [ROW], "@odata.nextLink": link}),
        Answer(body={"value": [ROW | {"id": "18"}], "@odata.deltaLink": link}),
    )

    assert [item.id async for item in tracking_list.all()] == ["17", "18"]


@pytest.mark.parametrize("rows", [[], [ROW]])
async def test_a_listing_without_its_end_is_no_listing(
    tracking_list: TrackingList, peer: Peer, rows: list[object]
) -> None:
    """A 200 that neither leads on nor says that this was all is not the whole list."""
    peer.answers(Answer(body={"value": rows}))

    with pytest.raises(ServiceUnavailable, match="ended too early"):
        assert [item async for item in tracking_list.all()]


@pytest.mark.parametrize("status", [400, 404, 405, 501])
async def test_a_cloud_that_tells_no_changes_lists_its_items(
    tracking_list: TrackingList, peer: Peer, status: int
) -> None:
    """National clouds don't have all of Graph: then the items are read as they are."""
    refused = Answer(status=status, body={"error": {"code": "notSupported", "message": ""}})
    refusals = [refused] * (3 if status == 501 else 1)
    peer.answers(*refusals, Answer(body={"value": [ROW]}))

    assert [item.id async for item in tracking_list.all()] == ["17"]
    assert asked(peer)[-1] == f"GET {LIST}/items?$expand=fields&$top=1000"


async def test_a_lost_place_is_looked_for_twice(tracking_list: TrackingList, peer: Peer) -> None:
    """The changes are read anew, then the items as they are; none comes twice, and it ends."""
    first = Answer(body={"value": [ROW], "@odata.nextLink": f"{peer.origin}/v1.0/lost"})
    lost = Answer(status=410, body={"error": {"code": "resyncRequired", "message": ""}})
    rest = Answer(body={"value": [ROW, ROW | {"id": "18"}]})
    peer.answers(first, *[lost] * 3, first, *[lost] * 3, rest)

    assert [item.id async for item in tracking_list.all()] == ["17", "18"]
    assert asked(peer)[-1] == f"GET {LIST}/items?$expand=fields&$top=1000"


@pytest.mark.parametrize(
    "answer",
    [Answer(body={"Title": "x"}), Answer(status=201, body={}), Answer(status=204)],
)
async def test_any_2xx_is_an_update(
    tracking_list: TrackingList, peer: Peer, answer: Answer
) -> None:
    """Microsoft's samples don't agree on the status; the columns go out as they are."""
    peer.answers(answer)

    await tracking_list.update("17", {"InGroup": True, "ErrorDetails": None})

    assert asked(peer) == [f"PATCH {LIST}/items/17/fields"]
    assert peer.asked[0].json() == {"InGroup": True, "ErrorDetails": None}
    assert "if-match" not in peer.asked[0].headers


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (412, "entityTagDoesNotMatch", ""),
        (409, "resourceModified", ""),
        (400, "generalException", "Save Conflict. Your changes conflict with those made."),
    ],
)
async def test_a_version_that_is_gone_is_a_conflict(
    tracking_list: TrackingList, peer: Peer, status: int, code: str, message: str
) -> None:
    """Every word for "changed meanwhile" is a conflict."""
    peer.answers(Answer(status=status, body={"error": {"code": code, "message": message}}))

    with pytest.raises(Conflict):
        await tracking_list.update("17", {"InGroup": True})
    assert len(peer.asked) == 1


async def test_a_value_that_does_not_fit_is_a_bad_request(
    tracking_list: TrackingList, peer: Peer
) -> None:
    """A refused column is permanent, so that the caller can find the offender."""
    peer.answers(Answer(status=400, body={"error": {"code": "invalidRequest", "message": "x"}}))

    with pytest.raises(BadRequest, match="write to the tracking list") as raised:
        await tracking_list.update("17", {"InGroup": "perhaps"})
    assert raised.value.code == "invalidRequest"


async def test_deleting_twice_is_deleting_once(tracking_list: TrackingList, peer: Peer) -> None:
    """An item that is gone already is as it should be."""
    peer.answers(Answer(status=204), ABSENT)
    item = Item(id="17", fields={}, etag='"guid,3"')

    await tracking_list.delete(item)
    await tracking_list.delete(item)

    assert asked(peer) == [f"DELETE {LIST}/items/17"] * 2
    assert [request.headers["if-match"] for request in peer.asked] == ['"guid,3"'] * 2


@pytest.mark.parametrize(
    ("answers", "setting"),
    [([ABSENT, Answer(body={"id": SITE})], "LIST_ID"), ([ABSENT] * 2, "SITE_ID")],
)
async def test_the_wrong_setting_is_named(
    tracking_list: TrackingList, peer: Peer, answers: list[Answer], setting: str
) -> None:
    """A missing list and a missing site are told apart."""
    peer.answers(*answers)

    with pytest.raises(NotFound, match=setting):
        await tracking_list.check()


async def test_a_list_that_is_there_passes(tracking_list: TrackingList, peer: Peer) -> None:
    """One read is enough where all is well."""
    peer.answers(Answer(body={"id": "the-list"}))

    await tracking_list.check()

    assert asked(peer) == [f"GET {LIST}?$select=id"]


async def test_a_missing_grant_is_named(tracking_list: TrackingList, peer: Peer) -> None:
    """A 403 tells reading from writing, and names the grant."""
    denied = Answer(status=403, body={"error": {"code": "accessDenied", "message": "x"}})
    peer.answers(denied, denied)

    with pytest.raises(PermissionDenied, match=r"Sites\.Selected with a grant"):
        await tracking_list.get("17")
    with pytest.raises(PermissionDenied, match=r"Sites\.Selected with a write grant"):
        await tracking_list.update("17", {})


@pytest.mark.parametrize(
    "row", [{}, {"id": 17, "fields": {}}, {"id": "17"}, {"id": [], "fields": {}}]
)
async def test_an_item_of_another_form_is_refused(
    tracking_list: TrackingList, peer: Peer, row: dict[str, object]
) -> None:
    """An item without id or columns isn't an empty one, by itself or among others."""
    peer.answers(Answer(body=row), Answer(body={"value": [ROW, row]}))

    with pytest.raises(UnexpectedAnswer):
        await tracking_list.get("17")
    with pytest.raises(UnexpectedAnswer):
        assert [item async for item in tracking_list.all()]
