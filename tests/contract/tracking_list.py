"""What we rely on in SharePoint: the list's columns, and the life of an item."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.failures import DuplicateValue
from domain.tracking_list.columns import COLUMNS, ColumnKind
from graph.tracking_list import Item
from tests.contract.scene import Scene, new_name, refusal

NOT_FOUND = (404, "itemNotFound")
INVALID = (400, "invalidRequest")
SENT_AT = "2026-03-01T12:00:00Z"


@asynccontextmanager
async def an_item(scene: Scene, **fields: object) -> AsyncIterator[Item]:
    """Yield a new item, which is gone afterwards."""
    name = new_name()
    item = await scene.tracking_list.create({"Title": name, "ObjectId": name, **fields})
    try:
        yield item
    finally:
        await scene.tracking_list.delete(Item(id=item.id, fields={}))


async def the_columns_are_ours(scene: Scene) -> None:
    """Every column is there with its type, its index and its uniqueness."""
    await scene.tracking_list.check()
    answer = await scene.ask("GET", f"{scene.list_path}/columns")
    assert answer.status_code == 200
    there = {column["name"]: column for column in answer.json()["value"]}
    for column in COLUMNS:
        found = there[column.name]
        kind = "text" if column.kind is ColumnKind.NOTE else column.kind.value
        assert kind in found, column.name
        assert found["indexed"] >= column.indexed, column.name
        assert found["enforceUniqueValues"] >= column.unique, column.name


async def an_item_is_created_whole(scene: Scene) -> None:
    """The answer to a creation is a 201 with id, version and fields."""
    name = new_name()
    fields = {"Title": name, "InviteStatus": "Pending", "InGroup": False, "ReminderCount": 0}
    answer = await scene.ask("POST", f"{scene.list_path}/items", json={"fields": fields})
    item = answer.json()
    try:
        assert answer.status_code == 201
        assert item["id"].isdigit()
        assert item["eTag"]
        assert fields.items() <= item["fields"].items()
    finally:
        await scene.tracking_list.delete(Item(id=item["id"], fields={}))


async def an_item_is_found_and_changed(scene: Scene) -> None:
    """An indexed column finds it; a write changes what it names, and empties with null."""
    async with an_item(scene, InviteStatus="Pending", ReminderCount=1) as item:
        name = str(item.fields["Title"])
        found = await scene.in_time(lambda: scene.tracking_list.find("ObjectId", name))
        assert [one.id for one in found] == [item.id]

        body = {"InviteStatus": "Sent", "InviteSentDate": SENT_AT}
        answer = await scene.ask("PATCH", f"{scene.list_path}/items/{item.id}/fields", json=body)
        assert answer.is_success
        assert body.items() <= answer.json().items()

        await scene.tracking_list.update(item.id, {"InviteSentDate": None})
        read = await scene.tracking_list.get(item.id)
        assert (read.fields["InviteStatus"], read.fields["ReminderCount"]) == ("Sent", 1)
        assert read.fields.get("InviteSentDate") is None


async def a_unique_value_is_unique(scene: Scene) -> None:
    """A second item with the same title can be told from other refusals."""
    async with an_item(scene) as item:
        with pytest.raises(DuplicateValue):
            await scene.tracking_list.create({"Title": item.fields["Title"]})


async def wrong_columns_are_400s(scene: Scene) -> None:
    """A column that isn't there, text that is too long, a search without an index."""
    async with an_item(scene) as item:
        path = f"{scene.list_path}/items/{item.id}/fields"
        for wrong in ({"NoSuchColumn": "x"}, {"ErrorDetails": "x" * 256}):
            answer = await scene.ask("PATCH", path, json=wrong)
            assert answer.status_code == 400
        options = {"$filter": "fields/ErrorDetails eq 'x'", "$expand": "fields"}
        assert refusal(await scene.ask("GET", f"{scene.list_path}/items", params=options)) == (
            INVALID
        )


async def a_deleted_item_is_gone(scene: Scene) -> None:
    """The deletion is a 204; afterwards the item is a 404 for reads, writes and deletions."""
    async with an_item(scene) as item:
        path = f"{scene.list_path}/items/{item.id}"
        assert (await scene.ask("DELETE", path)).status_code == 204
        assert refusal(await scene.ask("GET", path)) == NOT_FOUND
        assert refusal(await scene.ask("PATCH", f"{path}/fields", json={"Title": "x"})) == (
            NOT_FOUND
        )
        assert refusal(await scene.ask("DELETE", path)) == NOT_FOUND


AGREEMENTS = (
    the_columns_are_ours,
    an_item_is_created_whole,
    an_item_is_found_and_changed,
    a_unique_value_is_unique,
    wrong_columns_are_400s,
    a_deleted_item_is_gone,
)
