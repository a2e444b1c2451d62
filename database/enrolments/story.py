"""Appends events to people's stories, and counts them by quarters of an hour."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from database.schema import story, story_day
from database.upsert import insert, insert_if_absent, parameters
from domain.instants import microseconds
from domain.tables.story import StoryEvent

QUARTER = 15 * 60 * 1_000_000


class Born(NamedTuple):
    """An event, whose it is, and the batch under which it is counted."""

    object_id: str
    batch_id: str
    event: StoryEvent


async def write_story(connection: AsyncConnection, events: Iterable[Born]) -> None:
    """Append the events that aren't there yet, and count those alone."""
    born = {(one.object_id, one.event.run_id, one.event.number): one for one in events}
    if not born:
        return
    append = _append(connection.dialect.name)
    values = parameters([_values(one) for one in born.values()])
    written = await connection.execute(append, values)
    batches = {one.object_id: one.batch_id for one in born.values()}
    counted = Counter(
        (row.kind, microseconds(row.at) // QUARTER, batches[row.object_id]) for row in written
    )
    if counted:
        # In one order everywhere: two transactions that count the same never block each other.
        rows = [
            {"kind": kind, "quarter": quarter, "batch_id": batch_id, "events": events}
            for (kind, quarter, batch_id), events in sorted(counted.items())
        ]
        await connection.execute(_count(connection.dialect.name), parameters(rows))


def _values(born: Born) -> dict[str, object]:
    event = born.event
    return {
        "object_id": born.object_id,
        "run_id": event.run_id,
        "number": event.number,
        "at": event.at,
        "kind": event.kind,
        "data": event.data,
        "actor": event.actor,
    }


@cache
def _append(dialect: str) -> ReturningInsert[Any]:
    statement = insert_if_absent(dialect, story)
    return statement.returning(story.c.object_id, story.c.kind, story.c.at)


@cache
def _count(dialect: str) -> Insert:
    statement = insert(dialect, story_day)
    return statement.on_conflict_do_update(
        index_elements=["kind", "quarter", "batch_id"],
        set_={"events": story_day.c.events + statement.excluded["events"]},
    )
