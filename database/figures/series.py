"""Counts events by the days of a time zone, for plots."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, Integer, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.enrolments.story import QUARTER
from database.schema import story_day
from domain.instants import microseconds
from domain.tables.story import StoryKind

_C = story_day.c


@dataclass(frozen=True, slots=True)
class _Days:
    """Days in a row that are equally long: their first quarter, their number, their length."""

    begins: int
    first: int
    number: int
    quarters: int

    @property
    def ends(self) -> int:
        return self.begins + self.number * self.quarters


async def daily_series(
    connection: AsyncConnection,
    kinds: Collection[StoryKind],
    *,
    first: date,
    last: date,
    zone: tzinfo,
    batch_id: str | None = None,
) -> dict[StoryKind, list[int]]:
    """Return for each kind how many events each day had, from the first to the last day.

    Days begin at midnight of the zone; those on which clocks are changed are 23 or 25 hours long.
    """
    spans = _spans(first, last, zone)
    day = _day(spans).label("day")
    query = select(_C.kind, day, func.sum(_C.events)).where(
        _C.kind.in_(kinds), _C.quarter >= spans[0].begins, _C.quarter < spans[-1].ends
    )
    if batch_id is not None:
        query = query.where(_C.batch_id == batch_id)
    series = {kind: [0] * ((last - first).days + 1) for kind in kinds}
    for kind, at, events in await connection.execute(query.group_by(_C.kind, day)):
        series[kind][at] = int(events)
    return series


def _day(spans: list[_Days]) -> ColumnElement[int]:
    """Return the number of the day, counted from the first, that a quarter of an hour is in."""
    return case(
        *(
            (_C.quarter < span.ends, (_C.quarter - span.begins) // span.quarters + span.first)
            for span in spans
        ),
        else_=literal(-1, Integer),
    )


def _spans(first: date, last: date, zone: tzinfo) -> list[_Days]:
    spans: list[_Days] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        before = spans[-1] if spans else None
        if before and before.quarters == ends - begins:
            spans[-1] = _Days(before.begins, before.first, before.number + 1, before.quarters)
        else:
            spans.append(_Days(begins, number, 1, ends - begins))
    return spans


def _midnight(day: date, zone: tzinfo) -> int:
    return microseconds(datetime.combine(day, time(), zone)) // QUARTER
