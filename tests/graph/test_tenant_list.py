"""The tracking list as the simulated tenant keeps it, over msal, TLS and httpx."""

from uuid import uuid4

import pytest

from domain.failures import (
    BadRequest,
    Conflict,
    DuplicateValue,
    NotFound,
    PermissionDenied,
    ServiceUnavailable,
)
from graph.tracking_list import TrackingList
from simulated_tenant.faults import Fault
from tests.graph.tenant import NOBODY, Stage


@pytest.fixture
def tracking_list(stage: Stage) -> TrackingList:
    """Return our list."""
    return TrackingList(stage.client, stage.site.id, stage.tracking_list.definition.id)


def fields(**more: object) -> dict[str, object]:
    """Return the columns of an item that no other test has."""
    key = str(uuid4())
    return {"Title": f"{key}@contoso.example", "ObjectId": key, **more}


async def test_an_item_lives_its_life(stage: Stage, tracking_list: TrackingList) -> None:
    """Created, found, read, changed, deleted, and gone."""
    await tracking_list.check()
    columns = fields(InviteStatus="Pending", InGroup=False, ReminderCount=0)
    item = await tracking_list.create(columns)
    assert columns.items() <= item.fields.items()

    (found,) = await tracking_list.find("ObjectId", str(columns["ObjectId"]))
    assert found.id == item.id
    assert await tracking_list.find("TrackingToken", str(uuid4())) == ()

    sent = "2026-03-01T12:00:00Z"
    await tracking_list.update(item.id, {"InviteStatus": "Sent", "InviteSentDate": sent})
    read = await tracking_list.get(item.id)
    assert (read.fields["InviteStatus"], read.fields["InviteSentDate"]) == ("Sent", sent)
    assert read.etag != item.etag

    await tracking_list.update(item.id, {"InviteSentDate": None})
    assert (await tracking_list.get(item.id)).fields.get("InviteSentDate") is None

    await tracking_list.delete(item.id)
    await tracking_list.delete(item.id)
    with pytest.raises(NotFound):
        await tracking_list.get(item.id)


async def test_quotes_in_a_value_are_found(tracking_list: TrackingList) -> None:
    """A value with a quote is a value like any other."""
    value = f"o'hara's-{uuid4().hex}"
    item = await tracking_list.create(fields(TrackingToken=value))

    assert [found.id for found in await tracking_list.find("TrackingToken", value)] == [item.id]


async def test_a_duplicate_is_refused_as_such(tracking_list: TrackingList) -> None:
    """A value that the unique column holds already can be told from other refusals."""
    columns = fields()
    await tracking_list.create(columns)

    with pytest.raises(DuplicateValue):
        await tracking_list.create(columns)


async def test_a_creation_whose_answer_is_lost_is_found(
    stage: Stage, tracking_list: TrackingList
) -> None:
    """After a 504 the caller finds the item by its unique column."""
    columns = fields()
    stage.tenant.faults.add(Fault(method="POST", path="/items$", status=504, after_write=True))

    with pytest.raises(ServiceUnavailable):
        await tracking_list.create(columns)
    with pytest.raises(DuplicateValue):
        await tracking_list.create(columns)
    assert len(await tracking_list.find("ObjectId", str(columns["ObjectId"]))) == 1


async def test_a_version_that_is_gone_is_a_conflict(tracking_list: TrackingList) -> None:
    """A write on top of another's is refused, and nothing is written."""
    item = await tracking_list.create(fields())
    await tracking_list.update(item.id, {"ReminderCount": 1}, etag=item.etag)

    with pytest.raises(Conflict):
        await tracking_list.update(item.id, {"ReminderCount": 2}, etag=item.etag)
    assert (await tracking_list.get(item.id)).fields["ReminderCount"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"NoSuchColumn": "x"},
        {"InviteStatus": "Perhaps"},
        {"InGroup": "yes"},
        {"ErrorDetails": "x" * 256},
    ],
)
async def test_a_value_that_does_not_fit_is_refused(
    tracking_list: TrackingList, wrong: dict[str, object]
) -> None:
    """Unknown columns and values of the wrong kind are permanent refusals."""
    item = await tracking_list.create(fields())

    with pytest.raises(BadRequest):
        await tracking_list.update(item.id, wrong)


async def test_a_column_without_index_is_refused(tracking_list: TrackingList) -> None:
    """A search that SharePoint couldn't answer on a large list isn't tried."""
    with pytest.raises(BadRequest):
        await tracking_list.find("ErrorDetails", "x")


async def test_the_whole_list_is_read(stage: Stage, tracking_list: TrackingList) -> None:
    """Each item comes once, though the tenant gives two a page."""
    for _ in range(5):
        await tracking_list.create(fields())

    ids = [item.id async for item in tracking_list.all()]

    assert sorted(ids) == sorted(row["id"] for row in stage.tenant.list_items())


async def test_the_wrong_list_setting_is_named(stage: Stage) -> None:
    """A site without the list names LIST_ID."""
    with pytest.raises(NotFound, match="LIST_ID"):
        await TrackingList(stage.client, stage.site.id, NOBODY).check()


async def test_a_site_without_grant_names_the_grant(stage: Stage) -> None:
    """With Sites.Selected another site is refused, existing or not."""
    other = stage.tenant.add_site(f"/sites/{uuid4().hex}")

    with pytest.raises(PermissionDenied, match=r"Sites\.Selected.*SITE_ID"):
        await TrackingList(stage.client, other.id, NOBODY).check()
