"""Days of plots are the days of the zone, also when clocks are changed."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from database.engine import Database
from database.figures.demo_days import demo_series
from database.figures.series import daily_series
from database.portal.reports import read_situation
from domain.demo_calendar import DemoCalendar
from domain.tables.story import StoryKind
from tests.database.values import NOW, event, person, put

INVITED, CLICKED = StoryKind.INVITED, StoryKind.CLICKED


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        (UTC, date(2026, 3, 27)),
        (ZoneInfo("Europe/Zurich"), date(2026, 3, 27)),
        (ZoneInfo("Europe/Zurich"), date(2026, 10, 23)),
        (ZoneInfo("Asia/Kathmandu"), date(2026, 3, 27)),
        (ZoneInfo("America/St_Johns"), date(2026, 10, 30)),
        (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 3)),
    ],
)
async def test_every_event_is_counted_on_its_day(
    database: Database, zone: tzinfo, first: date
) -> None:
    """Events of every hour, around a change of clocks, fall on the day that a calendar says."""
    last = first + timedelta(days=4)
    midnight = datetime.combine(first, datetime.min.time(), UTC)
    instants = [midnight + timedelta(minutes=15 * number) for number in range(-96, 600)]
    events = [event(number, at=at) for number, at in enumerate(instants)]
    await put(database, person(), events)
    expected = [0] * 5
    for at in instants:
        day = (at.astimezone(zone).date() - first).days
        if 0 <= day < 5:
            expected[day] += 1
    async with database.reading() as connection:
        series = await daily_series(
            connection, [INVITED, CLICKED], first=first, last=last, zone=zone
        )
    assert series == {INVITED: expected, CLICKED: [0] * 5}


async def test_a_batch_has_figures_of_its_own(database: Database) -> None:
    """Each batch's events are counted apart, and together they are the whole."""
    at = datetime(2026, 11, 26, 9, 7, tzinfo=UTC)
    await put(database, person(1), [event(1, at=at), event(2, CLICKED, at=at)])
    await put(database, person(2, batch_id="winter"), [event(1, at=at)])

    async def series(batch_id: str | None) -> dict[StoryKind, list[int]]:
        async with database.reading() as connection:
            return await daily_series(
                connection,
                [INVITED, CLICKED],
                first=at.date(),
                last=at.date(),
                zone=UTC,
                batch_id=batch_id,
            )

    assert await series("winter") == {INVITED: [1], CLICKED: [0]}
    assert await series("autumn") == {INVITED: [1], CLICKED: [1]}
    assert await series(None) == {INVITED: [2], CLICKED: [1]}


async def test_a_demos_days_are_short(database: Database) -> None:
    """Every event is counted on its day of the demo, also before day 0."""
    zero = datetime(2026, 11, 26, 9, 7, 3, tzinfo=UTC)
    calendar = DemoCalendar(zero=zero, day=timedelta(seconds=10))
    seconds = (-21, -20, -1, 0, 9, 10, 19, 20)
    events = [
        event(number, at=zero + timedelta(seconds=after)) for number, after in enumerate(seconds)
    ]
    await put(database, person(), events)
    async with database.reading() as connection:
        series = await demo_series(connection, [INVITED, CLICKED], calendar, first=-2, last=1)
    assert series == {INVITED: [1, 1, 2, 2], CLICKED: [0, 0, 0, 0]}


async def test_a_report_counts_registrations_by_the_days_of_a_demo(database: Database) -> None:
    """Its plot begins with the first day on which anybody registered, and ends today."""
    calendar = DemoCalendar(zero=NOW - timedelta(seconds=35), day=timedelta(seconds=10))
    events = [
        event(number, StoryKind.REGISTERED, at=NOW - timedelta(seconds=ago))
        for number, ago in enumerate((26, 24, 3))
    ]
    await put(database, person(), events)
    async with database.reading() as connection:
        in_days = await read_situation(connection, NOW, calendar=calendar)
        by_clock = await read_situation(connection, NOW)
    assert in_days.registered == (1, 1, 0, 1)
    assert by_clock.registered == (3,)
