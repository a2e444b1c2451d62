"""A worker that was stopped goes on with a write that others have made again, and gone beyond."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from database.erasure.erase import erase
from domain.tracking_list.columns import Fields
from tests.activities.attempts import Attempts
from tests.activities.rows import row_input
from tests.activities.stage import Stage
from tests.activities.tracking_list.writing import whole, writing
from tests.database.values import TOMBSTONES
from tests.support.eventually import eventually

# So long a request is on its way after its worker has gone on; what is meant to come before it
# takes milliseconds, and where that takes longer the test proves nothing and fails for nothing.
ON_ITS_WAY = timedelta(seconds=2)
SENT: Fields = {"InviteStatus": "Sent", "ReminderCount": 1}
CLICKED: Fields = {"InviteStatus": "Clicked", "ClickedLinkDate": "2026-03-02T08:00:00Z"}


async def begun_before(stage: Stage, *, method: str = "PATCH", **write: Any) -> "asyncio.Task[Any]":
    """Begin a write whose request reaches Microsoft late, and return it."""
    path = "/fields$" if method == "PATCH" else "/items$"
    held = stage.fault(method, path, times=1, hold_before=ON_ITS_WAY)
    late = asyncio.create_task(writing(stage).next(row_input(**write)))

    async def is_on_its_way() -> bool:
        return held.hits == 1

    await eventually(is_on_its_way)
    return late


async def test_a_write_that_reaches_the_list_late_undoes_nothing(stage: Stage) -> None:
    """Its columns are as the later write has them; what only the late one wrote stays."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, ObjectId=user.id, Notes="call her")
    first = whole(stage, user, **SENT)
    then = first | CLICKED
    item_id = str(row.id)

    late = await begun_before(stage, item_id=item_id, changes=SENT, item=first, revision=1)
    await writing(stage).next(
        row_input(item_id=item_id, changes=SENT | CLICKED, item=then, revision=2)
    )
    await late

    item = stage.item()
    assert (item["InviteStatus"], item["ReminderCount"]) == ("Clicked", 1)
    assert (item["ClickedLinkDate"], item["Notes"]) == (CLICKED["ClickedLinkDate"], "call her")


async def test_a_write_that_goes_on_late_is_not_begun(stage: Stage) -> None:
    """The tables tell, before the list is asked for anything, that there is a later one."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, ObjectId=user.id)
    first, item_id = whole(stage, user, **SENT), str(row.id)
    later = row_input(item_id=item_id, changes=CLICKED, item=first | CLICKED, revision=2)
    await writing(stage).next(later)
    stage.fault("", "/lists/", times=None, status=503)

    await writing(stage).next(row_input(item_id=item_id, changes=SENT, item=first, revision=1))

    assert stage.item()["InviteStatus"] == "Clicked"


async def test_a_write_behind_a_mail_that_comes_late_undoes_nothing(stage: Stage) -> None:
    """Whoever sent the mail and was stopped then writes what has been true before."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, ObjectId=user.id)
    first, item_id = whole(stage, user, **SENT), str(row.id)
    held = stage.fault("PATCH", "/fields$", times=1, hold_before=ON_ITS_WAY)
    write = row_input(item_id=item_id, changes=SENT, item=first, revision=2)

    async def behind_a_mail() -> Any:
        return await stage.list_activities.write_row_if_current(write, begun=1)

    late = asyncio.create_task(Attempts(behind_a_mail).next())

    async def is_on_its_way() -> bool:
        return held.hits == 1

    await eventually(is_on_its_way)
    await writing(stage).next(
        row_input(item_id=item_id, changes=CLICKED, item=first | CLICKED, revision=3)
    )
    await late

    assert stage.item()["InviteStatus"] == "Clicked"


@pytest.mark.parametrize("is_on_its_way", [True, False])
async def test_nothing_is_written_of_somebody_who_was_erased(
    stage: Stage, *, is_on_its_way: bool
) -> None:
    """A row that was to be made again isn't, or goes again; the erasure has deleted theirs."""
    user = stage.user()
    new: dict[str, Any] = {"item_id": None, "changes": {}, "item": whole(stage, user)}
    late = await begun_before(stage, method="POST", **new) if is_on_its_way else None
    async with stage.database.writing() as connection:
        await erase(connection, user.id, (), now=datetime.now(UTC), tombstones=TOMBSTONES)

    await (late or writing(stage).next(row_input(**new)))

    assert stage.items() == []


async def test_the_list_waits_no_longer_for_tables_that_hang(stage: Stage) -> None:
    """They are first, and where they don't answer the list is written all the same."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, ObjectId=user.id)
    write = row_input(item_id=str(row.id), changes=SENT, item=whole(stage, user, **SENT))
    async with stage.database.writing():
        writes = asyncio.create_task(writing(stage).next(write))

        async def is_sent() -> bool:
            return bool(stage.item().get("InviteStatus") == "Sent")

        await eventually(is_sent)
        assert not writes.done()
    await writes
