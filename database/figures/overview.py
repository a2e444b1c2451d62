"""All figures of the overview, read together and shared by everybody who looks at once."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from database.figures.attention import count_attention
from database.figures.counts import (
    count_by_batch,
    count_by_department,
    count_days_to_register,
    count_registered_after,
    sum_of,
)
from database.figures.demo_days import demo_series
from database.figures.mail_day import MailDay, read_mail_day
from database.figures.series import daily_series
from database.people.attention import attention_at
from domain.demo_calendar import DemoCalendar
from domain.enrolment.policy import DAY
from domain.tables.attention import AttentionKind
from domain.tables.people import PeopleCount
from domain.tables.story import StoryKind

PLOTTED = (
    StoryKind.INVITED,
    StoryKind.OPENED,
    StoryKind.CLICKED,
    StoryKind.REMINDED,
    StoryKind.REGISTERED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Where everybody stands, what worked, and what each of the last days brought.

    ``first`` is the first day of the series, and the day of ``at`` the last. In a demo both are
    days of its ``calendar``, and ``first`` says nothing.
    """

    at: datetime
    first: date
    people: PeopleCount
    by_batch: dict[str, PeopleCount]
    by_department: dict[str | None, PeopleCount]
    registered_after: dict[str, int]
    days_to_register: dict[int, int]
    attention: dict[AttentionKind, int]
    series: dict[StoryKind, list[int]]
    mail: MailDay
    calendar: DemoCalendar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRules:
    """What an overview covers: so many days of this zone; in a demo of its ``calendar``."""

    zone: tzinfo
    days: int = 91
    calendar: DemoCalendar | None = None


async def read_overview(
    connection: AsyncConnection, rules: OverviewRules, *, now: datetime
) -> Overview:
    """Read all figures of one instant."""
    today = now.astimezone(rules.zone).date()
    first = today - timedelta(days=rules.days - 1)
    if rules.calendar is not None:
        midnight, tomorrow = rules.calendar.bounds(now)
    else:
        midnight = datetime.combine(today, time(), rules.zone)
        tomorrow = datetime.combine(today + timedelta(days=1), time(), rules.zone)
    by_batch = await count_by_batch(connection)
    return Overview(
        at=now,
        first=first,
        people=sum_of(by_batch.values()),
        by_batch=by_batch,
        by_department=await count_by_department(connection),
        registered_after=await count_registered_after(connection),
        days_to_register=await count_days_to_register(
            connection, rules.calendar.day if rules.calendar else DAY
        ),
        attention=await count_attention(connection, await attention_at(connection, now)),
        series=await _series(connection, rules, now=now, first=first, last=today),
        mail=await read_mail_day(connection, now=now, today=(midnight, tomorrow)),
        calendar=rules.calendar,
    )


async def _series(
    connection: AsyncConnection, rules: OverviewRules, *, now: datetime, first: date, last: date
) -> dict[StoryKind, list[int]]:
    if rules.calendar is None:
        return await daily_series(connection, PLOTTED, first=first, last=last, zone=rules.zone)
    today = rules.calendar.number(now)
    return await demo_series(
        connection, PLOTTED, rules.calendar, first=today - rules.days + 1, last=today
    )
