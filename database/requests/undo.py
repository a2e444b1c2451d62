"""What the undo of an import reads and writes of one person."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.requests.preview import was_mailed
from database.schema import enrolment, import_, story
from database.types import Instant
from domain.status import EnrolmentEnd
from domain.tables.imports import ImportState

_C = enrolment.c


@dataclass(frozen=True, slots=True, kw_only=True)
class UndonePerson:
    """One person as an undo finds them; ``mailed``: whether they hold a link of ours."""

    object_id: str
    batch_id: str
    item_id: str | None
    in_group: bool
    added_by_us: bool
    ended: EnrolmentEnd | None
    mailed: bool


_COLUMNS = tuple(_C[one.name] for one in fields(UndonePerson) if one.name != "mailed")


async def read_undone(connection: AsyncConnection, object_id: str) -> UndonePerson | None:
    """Return a person, None when the tables have nobody of this ObjectId."""
    query = select(*_COLUMNS, was_mailed().label("mailed")).where(_C.object_id == object_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else UndonePerson(**row)


async def read_batch(connection: AsyncConnection, batch_id: str) -> set[str]:
    """Return the ObjectIds of everybody whom a batch brought."""
    query = select(_C.object_id).where(_C.batch_id == batch_id, _C.stripped_at.is_(None))
    return set((await connection.scalars(query)).all())


async def known_elsewhere(
    connection: AsyncConnection, batch_id: str, object_ids: set[str]
) -> set[str]:
    """Return who of these was brought by another batch."""
    known: set[str] = set()
    listed = sorted(object_ids)
    for begin in range(0, len(listed), 1000):
        mine = (_C.object_id.in_(listed[begin : begin + 1000]), _C.batch_id != batch_id)
        known |= set((await connection.scalars(select(_C.object_id).where(*mine))).all())
    return known


async def forget_enrolment(connection: AsyncConnection, object_id: str) -> None:
    """Delete a person's row and story.

    The enrolment has ended, so nothing more is written of it. There is no tombstone, as after an
    erasure: the person may be imported again at once.
    """
    for table in (story, enrolment):
        await connection.execute(delete(table).where(table.c.object_id == object_id))


async def keep_cancelled(
    connection: AsyncConnection, person: UndonePerson, *, removed: bool, now: datetime
) -> None:
    """Say in a person's row that the enrolment was taken back; it is no case for a later look."""
    values: dict[str, object] = {
        "ended": EnrolmentEnd.CANCELLED,
        "attention": None,
        "attention_since": None,
        "next_step": None,
        "due_at": None,
        "revision": _C.revision + 1,
    }
    if person.ended is not EnrolmentEnd.CANCELLED:
        values["ended_at"] = now
    if removed:
        values |= {"in_group": False, "added_by_us": False}
    mine = _C.object_id == person.object_id
    await connection.execute(update(enrolment).where(mine).values(values))


async def cancel_imports(connection: AsyncConnection, batch_id: str, now: datetime) -> None:
    """Say that imports of a batch were cancelled, those that had finished too."""
    mine = (import_.c.batch_id == batch_id, import_.c.dry_run.is_(False))
    values = {
        "state": ImportState.CANCELLED,
        "trouble": None,
        "finished_at": func.coalesce(import_.c.finished_at, literal(now, Instant)),
    }
    await connection.execute(update(import_).where(*mine).values(values))
