"""A row is written to the list and to our tables, and neither waits for the other."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from activities.tracking_list.write_row import WriteRowResult
from database.engine import Database
from database.schema import enrolment, story
from domain.tables.story import StoryEvent, StoryKind
from simulated_tenant.directory.users import User
from tests.activities.attempts import assert_passing
from tests.activities.ground import SENDER
from tests.activities.rows import RUN, row_input
from tests.activities.stage import Stage
from tests.activities.tracking_list.writing import whole, writing

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def event(number: int) -> StoryEvent:
    """Return an event of somebody's story."""
    return StoryEvent(run_id=RUN, number=number, at=AT, kind=StoryKind.CLICKED)


async def stored(stage: Stage, user: User) -> tuple[Any, list[int]]:
    """Return somebody's row in the database, and the numbers of their story's events."""
    async with stage.database.reading() as connection:
        row = await connection.execute(select(enrolment).where(enrolment.c.object_id == user.id))
        events = select(story.c.number).where(story.c.object_id == user.id)
        numbers = await connection.scalars(events.order_by(story.c.number))
        return row.one_or_none(), list(numbers)


async def test_the_database_gets_the_row_and_the_events(stage: Stage) -> None:
    """The whole row is there with its sender and its columns, and each event once."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    item = whole(stage, user, InGroup=True)
    write = row_input(
        item_id=str(row.id), changes={"InGroup": True}, item=item, events=(event(1), event(2))
    )

    await writing(stage).next(write)
    await writing(stage).next(replace(write, events=(event(2), event(3))))

    record, numbers = await stored(stage, user)
    assert (record.sender, record.written["InGroup"], record.revision) == (SENDER, True, 1)
    assert numbers == [1, 2, 3]


async def test_without_changed_columns_only_the_database_is_written(stage: Stage) -> None:
    """A pause, say, is no column: the list isn't called at all."""
    user = stage.user()
    stage.fault("", "/lists/", times=None, status=503)

    written = await writing(stage).next(
        row_input(item_id="1", changes={}, item=whole(stage, user), events=(event(1),))
    )

    assert written == WriteRowResult(item_id="1")
    assert (await stored(stage, user))[1] == [1]


async def test_a_list_that_is_away_keeps_nothing_from_the_database(stage: Stage) -> None:
    """The attempt fails and comes again, and the tables are current all the same."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    stage.fault("PATCH", "/fields$", times=1, status=503)
    attempts = writing(stage)
    write = row_input(item_id=str(row.id), changes={"InGroup": True}, item=whole(stage, user))

    assert_passing(await attempts.failure(write), "ServiceUnavailable")
    assert (await stored(stage, user))[0].revision == 1
    assert await attempts.next(write) == WriteRowResult(item_id=str(row.id))
    assert stage.item()["InGroup"] is True


async def test_a_database_that_is_away_keeps_nothing_from_the_list(stage: Stage) -> None:
    """The list is written, the attempt fails and comes again until the database has it, too."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    item = whole(stage, user)
    write = row_input(item_id=str(row.id), changes={"InGroup": True}, item=item)
    away = stage.but(database=Database("sqlite+aiosqlite:////nowhere/at/all.sqlite"))

    assert_passing(await writing(away).failure(write), "DatabaseUnavailable")

    assert stage.item()["InGroup"] is True
    await writing(stage).next(write)
    assert (await stored(stage, user))[0] is not None


async def test_an_older_write_changes_nothing_in_the_database(stage: Stage) -> None:
    """What arrives late, from a worker that was stopped, has a lower revision."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    item = whole(stage, user)
    newer = row_input(item_id=str(row.id), changes={}, item=item | {"ReminderCount": 2}, revision=2)
    older = row_input(item_id=str(row.id), changes={}, item=item | {"ReminderCount": 1}, revision=1)

    await writing(stage).next(newer)
    await writing(stage).next(older)

    assert (await stored(stage, user))[0].written["ReminderCount"] == 2
