"""Counts events by the days of a demo, which are shorter than the quarters that are counted."""

from collections.abc import Collection

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import story
from domain.demo_calendar import DemoCalendar
from domain.instants import MICROSECOND, microseconds
from domain.tables.story import StoryKind


async def demo_series(
    connection: AsyncConnection,
    kinds: Collection[StoryKind],
    calendar: DemoCalendar,
    *,
    first: int,
    last: int,
) -> dict[StoryKind, list[int]]:
    """Return for each kind how many events each day had, from the first to the last day.

    Each event is read, which a demo has few enough of.
    """
    begins = microseconds(calendar.zero + first * calendar.day)
    length = calendar.day // MICROSECOND
    number = last - first + 1
    at = type_coerce(story.c.at, BigInteger)
    day = ((at - begins) // length).label("day")
    query = (
        select(story.c.kind, day, func.count())
        .where(story.c.kind.in_(kinds), at >= begins, at < begins + number * length)
        .group_by(story.c.kind, day)
    )
    series = {kind: [0] * number for kind in kinds}
    for kind, place, events in await connection.execute(query):
        series[kind][place] = int(events)
    return series
