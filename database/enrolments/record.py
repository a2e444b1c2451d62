"""Writes what a workflow says about a person: the row, and the events of their story."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from database.enrolments.status_changes import IS_ANYBODY_TOLD, keep_status_changes
from database.enrolments.story import Born, write_story
from database.schema import enrolment
from database.search_text import clipped, searchable
from database.tombstones import Tombstones
from database.types import one_spelling
from database.upsert import insert, parameters
from domain.tables.enrolment import EnrolmentChange, EnrolmentRecord, WriteOutcome
from domain.tables.story import StoryEvent

_FIELDS = tuple(one.name for one in fields(EnrolmentRecord))
_MOST = 2**31 - 1
# Bytes that these may take: they stand together in an index, which has room for 2,700.
_LIMITS = {"upn": 1000, "department": 256, "manager_upn": 400, "language": 35, "batch_id": 64}
_COUNTS = ("reminder_count", "reminders_sent", "follow_ups_sent")


async def record(
    connection: AsyncConnection,
    row: EnrolmentRecord,
    events: Sequence[StoryEvent] = (),
    *,
    begun: int | None = None,
    tombstones: Tombstones,
) -> WriteOutcome:
    """Write a person's row and new events; the same call any number of times is one write."""
    change = EnrolmentChange(row=row, events=events, begun=begun)
    return (await record_all(connection, [change], tombstones=tombstones))[0]


async def record_all(
    connection: AsyncConnection, changes: Sequence[EnrolmentChange], *, tombstones: Tombstones
) -> list[WriteOutcome]:
    """Write many people in one transaction; the outcomes are in the order of the changes.

    A row is only replaced by a higher revision, and where the change says from which row it was
    made, only that row is. Events are kept whatever became of the row, each
    once; those of people who are erased, or whose row was stripped since, are dropped.

    Raises:
        ValueError: somebody is in it twice.
    """
    by_id = {one_spelling(change.row.object_id): change for change in changes}
    if len(by_id) != len(changes):
        raise ValueError("One transaction writes each person once.")
    await tombstones.lock(connection, by_id)
    erased, is_anybody_told = await tombstones.read_beside(connection, by_id, IS_ANYBODY_TOLD)
    alive = {
        object_id: change
        for object_id, change in by_id.items()
        if change.begun_revision > erased.get(object_id, -1)
    }
    since = await _written_since(connection, alive)
    values = [_values(change.row) for one, change in alive.items() if one not in since]
    if values and is_anybody_told:
        await keep_status_changes(connection, values)
    applied = await _put(connection, values)
    stripped = await _stripped(connection, alive.keys() - applied)
    await write_story(
        connection,
        [
            Born(object_id, change.row.batch_id, event)
            for object_id, change in alive.items()
            if object_id not in stripped
            for event in change.events
        ],
    )
    return [_outcome(object_id, alive, applied) for object_id in by_id]


async def note_look(connection: AsyncConnection, object_id: str, at: datetime) -> None:
    """Note that somebody's methods were looked at; whoever isn't in the tables stays out."""
    row = enrolment.c.object_id == object_id
    await connection.execute(
        update(enrolment).where(row, enrolment.c.stripped_at.is_(None)).values(last_checked_at=at)
    )


async def note_replaced(connection: AsyncConnection, object_id: str, by: str) -> None:
    """Note which account has somebody's name and row now; may be repeated."""
    row = enrolment.c.object_id == object_id
    await connection.execute(update(enrolment).where(row).values(replaced_by=by))


def _outcome(object_id: str, alive: Collection[str], applied: Collection[str]) -> WriteOutcome:
    if object_id not in alive:
        return WriteOutcome.ERASED
    return WriteOutcome.APPLIED if object_id in applied else WriteOutcome.SUPERSEDED


async def _written_since(
    connection: AsyncConnection, changes: Mapping[str, EnrolmentChange]
) -> set[str]:
    """Return whose rows were written after the ones that these changes were made from."""
    begun = {one: change.begun for one, change in changes.items() if change.begun is not None}
    if not begun:
        return set()
    query = (
        select(enrolment.c.object_id, enrolment.c.revision)
        .where(enrolment.c.object_id.in_(begun))
        .with_for_update()
    )
    rows = (await connection.execute(query)).all()
    return {row.object_id for row in rows if row.revision > begun[row.object_id]}


async def _put(connection: AsyncConnection, values: Sequence[dict[str, Any]]) -> set[str]:
    """Write the rows, and return whose were the latest."""
    if not values:
        return set()
    upsert = _upsert(connection.dialect.name)
    applied = await connection.scalars(upsert, parameters(values))
    return set(applied.all())


async def _stripped(connection: AsyncConnection, object_ids: Collection[str]) -> set[str]:
    """Return who of these has a row from which retention has removed the person."""
    if not object_ids:
        return set()
    query = select(enrolment.c.object_id).where(
        enrolment.c.object_id.in_(object_ids), enrolment.c.stripped_at.is_not(None)
    )
    return set((await connection.scalars(query)).all())


@cache
def _upsert(dialect: str) -> ReturningInsert[Any]:
    statement = insert(dialect, enrolment)
    others = [column.name for column in enrolment.c if column.name != "object_id"]
    return statement.on_conflict_do_update(
        index_elements=["object_id"],
        set_={
            **{name: statement.excluded[name] for name in others},
            # Others write these two: whoever has the name now, and the poll.
            "replaced_by": func.coalesce(statement.excluded.replaced_by, enrolment.c.replaced_by),
            "last_checked_at": case(
                (
                    enrolment.c.last_checked_at > statement.excluded.last_checked_at,
                    enrolment.c.last_checked_at,
                ),
                else_=func.coalesce(
                    statement.excluded.last_checked_at, enrolment.c.last_checked_at
                ),
            ),
        },
        where=enrolment.c.revision < statement.excluded.revision,
    ).returning(enrolment.c.object_id)


def _values(row: EnrolmentRecord) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _FIELDS}
    for name, limit in _LIMITS.items():
        if values[name] is not None:
            values[name] = clipped(values[name], limit)
    for name in _COUNTS:
        values[name] = max(0, min(values[name], _MOST))
    values["search"] = searchable(row.display_name, row.upn, row.mail)
    values["stripped_at"] = None
    return values
