"""Temporal was restored from a backup: what our tables know more of is found and told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from temporalio.testing import TimeSkipper

from client.after_restore import find_ahead, find_missing, tell
from database.engine import Database
from domain.status import InviteStatus, MailKind
from tests.database.values import NOW, person, put
from tests.support.enrolments import enrol, working
from tests.support.world import World


async def test_rows_that_know_more_are_found_and_told(
    skipper: TimeSkipper, unique: Callable[[str], str], sqlite_database: Database
) -> None:
    """The row's click is newer than the enrolment's last write; then both have it, and no mail.

    Somebody of whom Temporal knows nothing any more is named.
    """
    world, queue = World(), unique("queue")
    async with working(skipper.client, world, task_queue=queue, max_cached_workflows=0):
        enrolment = await enrol(skipper, world, task_queue=queue)
        await enrolment.in_status(InviteStatus.SENT)
    last = world.records[-1]
    await put(sqlite_database, last)
    await put(sqlite_database, person(7, upn="lost@contoso.example"))
    found = [one async for one in find_ahead(skipper.client, sqlite_database)]
    assert found == []

    clicked: dict[str, Any] = {
        "status": InviteStatus.ADDED_TO_GROUP,
        "clicked_at": NOW,
        "added_to_group_at": NOW,
    }
    await put(sqlite_database, replace(last, revision=last.revision + 1, **clicked))
    (ahead,) = [one async for one in find_ahead(skipper.client, sqlite_database)]
    assert ahead.differences["status"] == ("AddedToGroup", "Sent")
    assert set(ahead.differences) == set(clicked)
    assert await find_missing(skipper.client, sqlite_database) == ["lost@contoso.example"]
    assert await tell(skipper.client, ahead)

    async with working(skipper.client, world, task_queue=queue):
        state = await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
        await enrolment.leave()
    assert (state.clicked_at, state.added_to_group_at) == (NOW, NOW)
    assert world.mails == [MailKind.INVITATION]
    assert not await tell(skipper.client, ahead)
