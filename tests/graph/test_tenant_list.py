"""The tracking list as the simulated tenant keeps it, over msal, TLS and httpx."""

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.failures import (
    BadRequest,
    DuplicateValue,
    NotFound,
    PermanentFailure,
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


async def test_quotes_in_a_value_are_found(tracking_list: TrackingList) -> None:
    """A value with a quote is a value like any other."""
    value = f"o'hara's-{uuid4().hex}"
    item = await tracking_list.create(fields(TrackingToken=value))

    assert [found.id for found in await tracking_list.find("TrackingToken", value)] == [item.id]


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


async def test_missing_columns_and_indexes_are_named(
    stage: Stage, tracking_list: TrackingList
) -> None:
    """A deleted column and an index that is gone: each by name, with what puts it right."""
    await tracking_list.create(fields(InviteStatus="Pending"))
    columns = stage.tracking_list.definition.columns
    before = list(columns)
    columns[:] = [
        replace(column, indexed=False, enforce_unique_values=False)
        if column.name == "Title"
        else column
        for column in before
        if column.name != "InviteStatus"
    ]
    try:
        with pytest.raises(BadRequest, match=r"lacks the columns .*InviteStatus.*provision"):
            await tracking_list.create(fields(InviteStatus="Pending"))
        with pytest.raises(BadRequest, match=r"has no index on Title.*provision"):
            await tracking_list.find("Title", "ada@contoso.example")
    finally:
        columns[:] = before


async def test_a_site_that_is_locked_is_named(stage: Stage) -> None:
    """No grant is missing: an admin has to unlock the site."""
    listed = TrackingList(stage.client, stage.site.id, stage.tracking_list.definition.id)
    stage.tenant.traits.switch("sitelocked")
    try:
        for call in (listed.check(), listed.update("1", {"InGroup": True})):
            with pytest.raises(PermanentFailure, match="Unlock the site") as raised:
                await call
            assert not isinstance(raised.value, PermissionDenied)
    finally:
        stage.tenant.traits.switch("sitelocked", "off")


async def test_a_site_that_is_read_only_is_named(stage: Stage) -> None:
    """It can't be told from a missing grant, so the sentence names both; reads go on."""
    listed = TrackingList(stage.client, stage.site.id, stage.tracking_list.definition.id)
    stage.tenant.traits.switch("sitereadonly")
    try:
        await listed.check()
        for call in (listed.check_writing(), listed.create(fields())):
            with pytest.raises(PermissionDenied, match=r"write grant.*Set-SPOSite -LockState"):
                await call
    finally:
        stage.tenant.traits.switch("sitereadonly", "off")
