"""Which mails are planned for the next days."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from database.engine import Database
from database.figures.planned_mails import read_planned
from domain.demo_calendar import DemoCalendar
from domain.tables.enrolment import NextStep
from tests.database.values import MAILBOX, NOW, person, put

ZURICH = ZoneInfo("Europe/Zurich")
FIRST = date(2026, 11, 26)


async def test_mails_are_counted_by_mailbox_and_day(database: Database) -> None:
    """Days are the zone's; what is due, later, paused or no mail is told apart."""
    plans: list[dict[str, Any]] = [
        {"due_at": None},
        {"due_at": NOW - timedelta(days=2), "sender": None},
        {"due_at": NOW + timedelta(hours=13)},
        {"due_at": NOW + timedelta(hours=14)},
        {"due_at": NOW + timedelta(days=13)},
        {"due_at": NOW + timedelta(days=14)},
        {"due_at": NOW + timedelta(days=1), "batch_id": "other"},
        {"due_at": NOW + timedelta(days=1), "paused_by": "Ada"},
        {"due_at": NOW + timedelta(days=1), "disabled_since": NOW},
        {"due_at": NOW + timedelta(days=1), "next_step": NextStep.GROUP},
    ]
    for number, values in enumerate(plans):
        usual: dict[str, Any] = {"next_step": NextStep.REMINDER}
        await put(database, person(number, **(usual | values)))
    async with database.reading() as connection:
        planned = await read_planned(connection, now=NOW, zone=ZURICH, batch_id="autumn")
        everybody = await read_planned(connection, now=NOW, zone=ZURICH)
    assert planned.days == [FIRST + timedelta(days=number) for number in range(14)]
    assert planned.mailboxes == [MAILBOX, None]
    assert planned.due == {MAILBOX: 1, None: 1}
    assert planned.by_day == {
        (MAILBOX, FIRST): 1,
        (MAILBOX, FIRST + timedelta(days=1)): 1,
        (MAILBOX, FIRST + timedelta(days=13)): 1,
    }
    assert planned.later == 1
    assert everybody.by_day[MAILBOX, FIRST + timedelta(days=1)] == 2


async def test_a_demos_mails_are_counted_by_its_days(database: Database) -> None:
    """Its days are shorter than what others are counted by; the date is as far from today."""
    demo = DemoCalendar(NOW - timedelta(seconds=7), timedelta(seconds=2))
    for number, seconds in enumerate((-1, 0, 0.5, 1, 26.9, 27)):
        at = NOW + timedelta(seconds=seconds)
        await put(database, person(number, next_step=NextStep.REMINDER, due_at=at))
    async with database.reading() as connection:
        planned = await read_planned(connection, now=NOW, zone=ZURICH, calendar=demo)
    assert (planned.at, planned.days[0], planned.due) == (NOW, FIRST, {MAILBOX: 2})
    assert planned.by_day == {
        (MAILBOX, FIRST): 1,
        (MAILBOX, FIRST + timedelta(days=1)): 1,
        (MAILBOX, FIRST + timedelta(days=13)): 1,
    }
    assert planned.later == 1
