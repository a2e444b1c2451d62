"""The conditions by which a filter finds people."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.people.attention import attention_at, needs
from database.schema import enrolment
from database.search_text import contains
from database.without_index import unindexed
from domain.status import EnrolmentEnd
from domain.tables.attention import FOUND_WHEN_READ
from domain.tables.people import OTHER_ENDS, PeopleFilter

_C = enrolment.c


async def conditions(
    connection: AsyncConnection,
    wanted: PeopleFilter,
    *,
    in_order: bool = False,
    now: datetime | None = None,
) -> list[ColumnElement[bool]]:
    """Return a filter as conditions; rows that retention has stripped are never listed.

    With ``in_order`` people are read in the order of a list until there are enough: to find all of
    a status or a batch first, and sort them, takes longer. Who needs attention depends on ``now``.
    """
    found: list[ColumnElement[bool]] = [_C.stripped_at.is_(None)]
    for column, value in (
        (_C.status, wanted.status),
        (_C.batch_id, wanted.batch_id),
        (_C.department, wanted.department),
        (_C.manager_upn, wanted.manager_upn),
        (_C.language, wanted.language),
    ):
        if value is not None:
            found.append((unindexed(column) if in_order else column) == value)
    if wanted.no_department:
        found.append((unindexed(_C.department) if in_order else _C.department).is_(None))
    if wanted.attention is not None:
        at = await attention_at(connection, now or datetime.now(UTC))
        needed = needs(wanted.attention, at)
        is_found = wanted.attention in FOUND_WHEN_READ
        found.append(_among(needed, in_order=in_order) if is_found else needed)
    found += _endings(wanted)
    if wanted.escalated is not None:
        found.append(_C.escalated.is_(wanted.escalated))
    if wanted.registered_after is not None:
        found.append(_among(_C.registered_after == wanted.registered_after, in_order=in_order))
    if wanted.text:
        found.append(contains(_C.search, wanted.text))
    return found


def _among(condition: ColumnElement[bool], *, in_order: bool) -> ColumnElement[bool]:
    """Return the condition that a person is among those whom a query of its own finds.

    That one has an index of its own; a list in the order of another index only asks who is there.
    """
    query = select(_C.object_id).where(condition).correlate(None)
    return (unindexed(_C.object_id) if in_order else _C.object_id).in_(query)


def _endings(wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.has_ended is not None:
        found.append(_C.ended.is_not(None) if wanted.has_ended else _C.ended.is_(None))
    if wanted.ended_as is not None:
        found.append(_C.ended.in_(OTHER_ENDS[wanted.ended_as]))
    if wanted.not_active:
        found.append(and_(_C.ended.is_not(None), _C.ended != EnrolmentEnd.ACTIVE))
    return found
