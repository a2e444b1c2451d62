"""Lists people: filtered, sorted, a page at a time."""

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import enrolment
from database.search_text import ESCAPE, containing
from domain.records.people import PageEnd, PeopleFilter, PeopleOrder, PeoplePage, PersonLine

_C = enrolment.c
_COLUMNS = tuple(_C[one.name] for one in fields(PersonLine))
_ORDERS = {
    PeopleOrder.NAME: _C.search,
    PeopleOrder.CHANGED: _C.revision,
    PeopleOrder.DUE: _C.due_at,
}


async def read_people(
    connection: AsyncConnection,
    wanted: PeopleFilter,
    *,
    order: PeopleOrder = PeopleOrder.NAME,
    descending: bool = False,
    after: PageEnd | None = None,
    limit: int = 50,
) -> PeoplePage:
    """Return a page of people, beginning after the end of the page before."""
    by = _ORDERS[order]
    people: list[PersonLine] = []
    values: list[Any] = []
    for ids in _id_queries(wanted, by, descending=descending, after=after):
        found = await _lines(connection, ids.limit(limit + 1 - len(people)), by, descending)
        people += [line for line, _ in found]
        values += [value for _, value in found]
        if len(people) > limit:
            end = PageEnd(value=values[limit - 1], object_id=people[limit - 1].object_id)
            return PeoplePage(people=people[:limit], end=end)
    return PeoplePage(people=people, end=None)


async def count_matching(connection: AsyncConnection, wanted: PeopleFilter) -> int:
    """Count the people whom a filter finds."""
    query = select(func.count()).select_from(enrolment).where(*conditions(wanted))
    return int((await connection.execute(query)).scalar_one())


def conditions(wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    """Return a filter as conditions; rows that retention has stripped are never listed."""
    found: list[ColumnElement[bool]] = [_C.stripped_at.is_(None)]
    for column, value in (
        (_C.status, wanted.status),
        (_C.batch_id, wanted.batch_id),
        (_C.department, wanted.department),
        (_C.attention, wanted.attention),
        (_C.manager_upn, wanted.manager_upn),
        (_C.language, wanted.language),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.has_ended is not None:
        found.append(_C.ended.is_not(None) if wanted.has_ended else _C.ended.is_(None))
    if wanted.text:
        found.append(_C.search.like(containing(wanted.text), escape=ESCAPE))
    return found


def _id_queries(
    wanted: PeopleFilter, by: ColumnElement[Any], *, descending: bool, after: PageEnd | None
) -> list[Select[Any]]:
    """Return the queries whose results, one after the other, are the list from ``after`` on.

    The engines disagree on where people without a value come; so they have a query of their own.
    """
    base = select(_C.object_id, by.label("sorted_by")).where(*conditions(wanted))
    key = tuple_(by, _C.object_id)
    with_value = _sorted(base.where(by.is_not(None)), by, descending)
    without_value = _sorted(base.where(by.is_(None)), by, descending)
    if after is None:
        queries = [with_value, without_value]
    elif after.value is None:
        last = after.object_id
        further = _C.object_id < last if descending else _C.object_id > last
        queries = [without_value.where(further)]
    else:
        end = tuple_(after.value, after.object_id, types=[by.type, _C.object_id.type])
        queries = [with_value.where(key < end if descending else key > end), without_value]
    return queries if by is _C.due_at else queries[:1]


def _sorted(query: Select[Any], by: ColumnElement[Any], descending: bool) -> Select[Any]:
    if descending:
        return query.order_by(by.desc(), _C.object_id.desc())
    return query.order_by(by, _C.object_id)


async def _lines(
    connection: AsyncConnection, ids: Select[Any], by: ColumnElement[Any], descending: bool
) -> list[tuple[PersonLine, Any]]:
    """Read whole rows only once it is known which: the ids come from an index alone."""
    page = ids.subquery("page")
    query = select(*_COLUMNS, page.c.sorted_by).join_from(
        page, enrolment, page.c.object_id == _C.object_id
    )
    rows = (await connection.execute(_sorted(query, by, descending))).mappings()
    lines = []
    for row in rows:
        values = dict(row)
        value = values.pop("sorted_by")
        lines.append((PersonLine(**values), value))
    return lines
