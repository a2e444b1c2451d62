"""Lists people: filtered, sorted, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Null, Row, Select, func, literal, null, select, true, tuple_
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
MOST_ON_THE_WAY = 1000
"""Whoever looks for a text in all names anyhow goes on to so many people, and counts them."""
# Their indexes hold the text that is searched.
_SEARCHED = frozenset({PeopleOrder.NAME, PeopleOrder.ATTENTION})


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
    counted: list[int] = []
    is_counted = bool(wanted.text) and order in _SEARCHED and after is None
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
        query = _sorted(query, part.by, falling)
        page = _page(query, limit + 1 - len(found), falling=falling, is_counted=is_counted)
        rows = await _rows(connection, page, part.by, falling)
        counted.append(rows[0][-1] if rows else 0)
        found += [
            (
                _with_kind(_line(row), wanted),
                PageEnd(value=row.sorted_by, object_id=row.object_id, part=number),
            )
            for row in rows
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
        total=_total(counted, len(parts)) if is_counted else None,
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


def _with_kind(line: PersonLine, wanted: PeopleFilter) -> PersonLine:
    """Return a line that says why a list has found it, where no other reason is in the row."""
    kind = wanted.attention if wanted.attention in FOUND_WHEN_READ else None
    return replace(line, attention=kind) if kind and line.attention is None else line


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


def _page(ids: Select[Any], limit: int, *, falling: bool, is_counted: bool) -> Select[Any]:
    """Return the first of these people, and how many there are, where they are counted."""
    if not is_counted:
        page = ids.limit(limit).subquery()
        return select(page.c.object_id, page.c.sorted_by, literal(0).label("counted"))
    found = ids.limit(MOST_ON_THE_WAY + 1).cte("found")
    counted = select(func.count()).select_from(found).scalar_subquery().label("counted")
    by = (found.c.sorted_by, found.c.object_id)
    first = select(found.c.object_id, found.c.sorted_by, counted)
    return first.order_by(*(column.desc() if falling else column for column in by)).limit(limit)


def _total(counted: list[int], parts: int) -> int | None:
    """Return how many people there are; None where not all of them were counted."""
    if len(counted) < parts or max(counted) > MOST_ON_THE_WAY:
        return None
    return sum(counted)


async def _rows(
    connection: AsyncConnection, ids: Select[Any], by: ColumnElement[Any], falling: bool
) -> Sequence[Row[Any]]:
    """Read whole rows only once it is known which: the ids come from an index alone."""
    page = ids.subquery("page")
    query = select(*_COLUMNS, page.c.sorted_by, page.c.counted).join_from(
        page, enrolment, page.c.object_id == _C.object_id
    )
    rows: Sequence[Row[Any]] = (await connection.execute(_sorted(query, by, falling))).all()
    return rows


def _line(row: Row[Any]) -> PersonLine:
    return PersonLine(**dict(zip(_NAMES, row, strict=False)))
