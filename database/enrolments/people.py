"""Lists people: filtered, sorted, a page at a time."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Null, Select, func, null, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from database.people.conditions import conditions
from database.schema import enrolment
from domain.tables.attention import FOUND_WHEN_READ
from domain.tables.people import PageEnd, PeopleFilter, PeopleOrder, PeoplePage, PersonLine

_C = enrolment.c
_NAMES = tuple(one.name for one in fields(PersonLine))
_COLUMNS = tuple(_C[name] for name in _NAMES)
_MOST_COUNTED = 10_000_000
"""Nobody enrols so many people: with a limit, the order of a subquery is kept."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a list, and what it is sorted by: people without a value have one of their own.

    The engines disagree on where such people come.
    """

    condition: ColumnElement[bool]
    by: ColumnElement[Any]


_PARTS = {
    PeopleOrder.NAME: (_Part(true(), _C.search),),
    PeopleOrder.CHANGED: (_Part(true(), _C.revision),),
    PeopleOrder.DUE: (
        _Part(_C.due_at.is_not(None), _C.due_at),
        _Part(_C.due_at.is_(None), null()),
    ),
    PeopleOrder.ATTENTION: (
        _Part(_C.attention.is_not(None), _C.attention_since),
        _Part(_C.attention.is_(None), _C.search),
    ),
}


async def read_people(
    connection: AsyncConnection,
    wanted: PeopleFilter,
    *,
    order: PeopleOrder = PeopleOrder.NAME,
    descending: bool = False,
    after: PageEnd | None = None,
    backwards: bool = False,
    limit: int = 50,
    now: datetime | None = None,
) -> PeoplePage:
    """Return a page of people that begins after a person, or ``backwards``, that ends before.

    Who needs attention depends on ``now``, by default this instant.
    """
    found: list[tuple[PersonLine, PageEnd]] = []
    parts = list(enumerate(_PARTS[order]))
    falling = descending is not backwards
    wanted_by = await conditions(connection, wanted, in_order=True, now=now)
    for number, part in reversed(parts) if backwards else parts:
        if len(found) > limit:
            break
        if after is not None and (number > after.part if backwards else number < after.part):
            continue
        query: Select[Any] = select(_C.object_id, part.by.label("sorted_by"))
        query = query.where(*wanted_by, part.condition)
        if after is not None and number == after.part:
            query = query.where(_beyond(part.by, after, falling=falling))
        query = _sorted(query, part.by, falling).limit(limit + 1 - len(found))
        found += [
            (line, PageEnd(value=value, object_id=line.object_id, part=number))
            for line, value in await _lines(connection, query, part.by, falling)
        ]
    is_more = len(found) > limit
    del found[limit:]
    if backwards:
        found.reverse()
    has_next, has_before = (True, is_more) if backwards else (is_more, after is not None)
    return PeoplePage(
        people=[line for line, _ in found],
        end=found[-1][1] if found and has_next else None,
        start=found[0][1] if found and has_before else None,
    )


async def read_search_text(connection: AsyncConnection, object_id: str) -> str | None:
    """Return what a person is sorted by in a list by name; None when nobody has this ObjectId."""
    query = select(_C.search).where(_C.object_id == object_id)
    return (await connection.execute(query)).scalar_one_or_none()


async def count_matching(
    connection: AsyncConnection, wanted: PeopleFilter, *, now: datetime | None = None
) -> int:
    """Count the people whom a filter finds; ``now`` as for a page of them."""
    order = _counted_by(wanted)
    found = select(_C.object_id).where(
        *await conditions(connection, wanted, in_order=order is not None, now=now)
    )
    if order is not None:
        found = found.order_by(order).limit(_MOST_COUNTED)
    query = select(func.count()).select_from(found.subquery())
    return int((await connection.execute(query)).scalar_one())


def _counted_by(wanted: PeopleFilter) -> ColumnElement[Any] | None:
    """Return the column whose index has all that a filter asks about; None: the engine chooses.

    Left to itself SQLite often reads each whole row, which takes ten times as long.
    """
    if wanted.text or wanted.attention in FOUND_WHEN_READ:
        return _C.search
    if wanted.status or wanted.batch_id or wanted.department or wanted.attention:
        return None
    few = wanted == PeopleFilter(
        has_ended=wanted.has_ended, ended_as=wanted.ended_as, not_active=wanted.not_active
    )
    return _C.status if few else _C.search


def _beyond(by: ColumnElement[Any], end: PageEnd, *, falling: bool) -> ColumnElement[bool]:
    """Return the condition of what comes after a person."""
    if end.value is None:
        return _C.object_id < end.object_id if falling else _C.object_id > end.object_id
    key = tuple_(by, _C.object_id)
    there = tuple_(end.value, end.object_id, types=[by.type, _C.object_id.type])
    return key < there if falling else key > there


def _sorted(query: Select[Any], by: ColumnElement[Any], falling: bool) -> Select[Any]:
    columns = (_C.object_id,) if isinstance(by, Null) else (by, _C.object_id)
    return query.order_by(*(column.desc() if falling else column for column in columns))


async def _lines(
    connection: AsyncConnection, ids: Select[Any], by: ColumnElement[Any], falling: bool
) -> list[tuple[PersonLine, Any]]:
    """Read whole rows only once it is known which: the ids come from an index alone."""
    page = ids.subquery("page")
    query = select(*_COLUMNS, page.c.sorted_by).join_from(
        page, enrolment, page.c.object_id == _C.object_id
    )
    rows = (await connection.execute(_sorted(query, by, falling))).all()
    return [(PersonLine(**dict(zip(_NAMES, row, strict=False))), row[-1]) for row in rows]
