"""Reads one person: the row, the story, the mails."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.enrolments.people import read_people
from database.schema import enrolment, sent_mail, story
from domain.tables.enrolment import EnrolmentRecord, RowAsWritten
from domain.tables.mail import SentMail
from domain.tables.people import PeopleFilter, PersonLine, PersonPage
from domain.tables.story import StoryEvent

_ROW = tuple(enrolment.c[one.name] for one in fields(EnrolmentRecord))
_LINE = tuple(enrolment.c[one.name] for one in fields(PersonLine))
_EVENT = tuple(story.c[one.name] for one in fields(StoryEvent))
_MAIL = tuple(sent_mail.c[one.name] for one in fields(SentMail))
# More is told by the export.
MOST_EVENTS = 1000


async def read_record(connection: AsyncConnection, object_id: str) -> EnrolmentRecord | None:
    """Return a person's row, None when there is none."""
    query = select(*_ROW).where(enrolment.c.object_id == object_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else _record(row)


async def read_running(connection: AsyncConnection) -> dict[str, str]:
    """Return the UPNs of all people who haven't ended, by their ObjectIds."""
    query = select(enrolment.c.object_id, enrolment.c.upn).where(enrolment.c.ended.is_(None))
    return {row.object_id: row.upn for row in (await connection.execute(query)).all()}


async def read_person(connection: AsyncConnection, object_id: str) -> PersonPage | None:
    """Return all that is told about a person, None when nobody has this ObjectId."""
    row = await read_record(connection, object_id)
    if row is None:
        return None
    mine = story.c.object_id == object_id
    newest = select(*_EVENT).where(mine).order_by(story.c.at.desc(), story.c.number.desc())
    events = (await connection.execute(newest.limit(MOST_EVENTS))).mappings().all()
    sent = select(*_MAIL).where(sent_mail.c.object_id == object_id)
    mails = (await connection.execute(sent.order_by(sent_mail.c.reserved_at))).mappings()
    return PersonPage(
        row=row,
        story=[StoryEvent(**event) for event in reversed(events)],
        mails=[SentMail(**mail) for mail in mails],
    )


async def find_people(
    connection: AsyncConnection, text: str, *, limit: int = 20
) -> list[PersonLine]:
    """Return whom a text means: an ObjectId, a whole UPN or address, else a part of any.

    Several people may have had the same UPN; all are returned, the latest first.
    """
    exact = await _exact(connection, text.strip())
    if exact:
        return exact
    return (await read_people(connection, PeopleFilter(text=text), limit=limit)).people


async def _exact(connection: AsyncConnection, text: str) -> list[PersonLine]:
    mine: Any = or_(enrolment.c.upn == text, enrolment.c.upn == text.lower())
    with suppress(ValueError):
        mine = enrolment.c.object_id == str(UUID(text))
    query = select(*_LINE).where(mine, enrolment.c.upn.is_not(None))
    rows = await connection.execute(query.order_by(enrolment.c.revision.desc()))
    return [PersonLine(**row) for row in rows.mappings()]


async def read_names(connection: AsyncConnection, object_ids: Collection[str]) -> dict[str, str]:
    """Return by ObjectId what people are called; nobody who was stripped or erased."""
    query = select(enrolment.c.object_id, enrolment.c.display_name, enrolment.c.upn)
    rows = await connection.execute(query.where(enrolment.c.object_id.in_(object_ids)))
    return {row.object_id: name for row in rows if (name := row.display_name or row.upn)}


def _record(row: RowMapping) -> EnrolmentRecord:
    return EnrolmentRecord(**{**row, "upn": row["upn"] or ""})


async def read_as_written(connection: AsyncConnection, object_id: str) -> RowAsWritten | None:
    """Return of which revision a person's row is, with the list's columns; None where none is."""
    query = select(enrolment.c.revision, enrolment.c.written)
    row = (await connection.execute(query.where(enrolment.c.object_id == object_id))).one_or_none()
    return None if row is None else RowAsWritten(revision=row.revision, written=row.written or {})


async def is_row_of(connection: AsyncConnection, object_id: str, item_id: str) -> bool:
    """Say whether an item of the list is known to be this person's row."""
    query = select(enrolment.c.item_id).where(enrolment.c.object_id == object_id)
    return (await connection.scalar(query)) == item_id
