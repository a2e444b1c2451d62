"""Reports by mail: their schedules, and what they tell."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import dropwhile
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.audit.chain import head
from database.engine import Database
from database.figures.attention import count_attention, read_attention
from database.figures.counts import count_people
from database.figures.demo_days import demo_series
from database.figures.series import daily_series
from database.mail.senders import read_senders
from database.people.attention import attention_at
from database.rollout.control import read_control
from database.schema import enrolment, report_schedule
from database.upsert import insert_if_absent
from domain.demo_calendar import DemoCalendar
from domain.reports.figures import Figures, as_json, figures_of, from_json
from domain.reports.interval import Interval
from domain.reports.records import ReportSchedule, Situation, WaitingPerson
from domain.status import RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.story import StoryKind

# Beyond that the portal is the better place to read.
LONGEST_WAITING = 10
DAYS_PLOTTED = 91
_COLUMNS = tuple(report_schedule.c[one.name] for one in fields(ReportSchedule))


async def add_report(connection: AsyncConnection, new: ReportSchedule) -> bool:
    """Add a report; False where its id is there."""
    values = {one.name: getattr(new, one.name) for one in fields(ReportSchedule)}
    values["interval"] = str(new.interval) if new.interval else None
    values["recipients"] = list(new.recipients)
    values["last_figures"] = as_json(new.last_figures) if new.last_figures else {}
    statement = insert_if_absent(connection.dialect.name, report_schedule)
    return (await connection.execute(statement, values)).rowcount == 1


async def change_report(connection: AsyncConnection, changed: ReportSchedule) -> bool:
    """Change a report's interval, recipients and language; False where it was removed."""
    mine = report_schedule.c.schedule_id == changed.schedule_id
    values = {
        "interval": str(changed.interval) if changed.interval else None,
        "recipients": list(changed.recipients),
        "language": changed.language,
    }
    query = update(report_schedule).where(mine).values(values)
    return (await connection.execute(query)).rowcount == 1


async def remove_report(connection: AsyncConnection, schedule_id: str) -> bool:
    """Remove a report, and say whether there was one."""
    mine = report_schedule.c.schedule_id == schedule_id
    return (await connection.execute(delete(report_schedule).where(mine))).rowcount == 1


async def read_reports(connection: AsyncConnection) -> list[ReportSchedule]:
    """Return the reports that come again and again, the oldest first."""
    query = (
        select(*_COLUMNS)
        .where(report_schedule.c.interval.is_not(None))
        .order_by(report_schedule.c.created_at, report_schedule.c.schedule_id)
    )
    return [_report(row) for row in (await connection.execute(query)).mappings()]


def last_sent(reports: Iterable[ReportSchedule]) -> ReportSchedule | None:
    """Return the report that was sent last, None when none was."""
    sent = [(one.last_sent_at, one) for one in reports if one.last_sent_at and one.last_figures]
    return max(sent, key=lambda pair: pair[0])[1] if sent else None


async def read_report(connection: AsyncConnection, schedule_id: str) -> ReportSchedule | None:
    """Return one report, also one that comes once."""
    query = select(*_COLUMNS).where(report_schedule.c.schedule_id == schedule_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else _report(row)


async def read_figures(connection: AsyncConnection, now: datetime) -> Figures:
    """Return the figures of this moment."""
    registered = enrolment.c.registration == RegistrationState.REGISTERED
    count = select(func.count()).select_from(enrolment)
    return figures_of(
        await count_people(connection),
        registered=int((await connection.execute(count.where(registered))).scalar_one()),
        escalated=int((await connection.execute(count.where(enrolment.c.escalated))).scalar_one()),
        attention=await count_attention(connection, await attention_at(connection, now)),
    )


async def read_situation(
    connection: AsyncConnection,
    now: datetime,
    zone: tzinfo = UTC,
    calendar: DemoCalendar | None = None,
) -> Situation:
    """Return what a report tells beside its figures; days are those of the zone, or of a demo."""
    senders = await read_senders(connection)
    return Situation(
        control=await read_control(connection),
        blocked=tuple(one.address for one in senders if one.is_blocked),
        waiting=await _longest_waiting(connection, now),
        head=await head(connection),
        registered=await _registered(connection, now, zone, calendar),
    )


async def _registered(
    connection: AsyncConnection, now: datetime, zone: tzinfo, calendar: DemoCalendar | None
) -> tuple[int, ...]:
    """Return how many people have registered on each day since the first of them did."""
    before, kinds = DAYS_PLOTTED - 1, (StoryKind.REGISTERED,)
    if calendar is None:
        today = now.astimezone(zone).date()
        first = today - timedelta(days=before)
        series = await daily_series(connection, kinds, first=first, last=today, zone=zone)
    else:
        last = calendar.number(now)
        series = await demo_series(connection, kinds, calendar, first=last - before, last=last)
    return tuple(dropwhile(lambda count: not count, series[StoryKind.REGISTERED]))


async def _longest_waiting(connection: AsyncConnection, now: datetime) -> tuple[WaitingPerson, ...]:
    at = await attention_at(connection, now)
    waiting = [
        WaitingPerson(kind=kind, name=name, since=item.since)
        for kind in AttentionKind
        for item in await read_attention(connection, kind, at, limit=LONGEST_WAITING)
        if (name := item.display_name or item.upn or item.detail)
    ]
    return tuple(sorted(waiting, key=lambda one: one.since)[:LONGEST_WAITING])


class ReportTables:
    """What reports read and keep, as activities use it: each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database

    async def report(self, schedule_id: str) -> ReportSchedule | None:
        """Return the report, None when it was removed."""
        async with self._database.reading() as connection:
            return await read_report(connection, schedule_id)

    async def figures(self, now: datetime) -> Figures:
        """Return the figures of this moment."""
        async with self._database.reading() as connection:
            return await read_figures(connection, now)

    async def situation(
        self, now: datetime, zone: tzinfo = UTC, calendar: DemoCalendar | None = None
    ) -> Situation:
        """Return what a report tells beside its figures; days are those of the zone, or a demo."""
        async with self._database.reading() as connection:
            return await read_situation(connection, now, zone, calendar)

    async def sent(self, schedule_id: str, figures: Figures, at: datetime) -> None:
        """Keep the figures of a report that was sent."""
        mine = report_schedule.c.schedule_id == schedule_id
        values = {"last_sent_at": at, "last_figures": as_json(figures)}
        async with self._database.writing() as connection:
            await connection.execute(update(report_schedule).where(mine).values(values))

    async def forget_once(self, schedule_id: str) -> None:
        """Forget a report that comes once; one that comes again and again stays."""
        mine = report_schedule.c.schedule_id == schedule_id
        once = report_schedule.c.interval.is_(None)
        async with self._database.writing() as connection:
            await connection.execute(delete(report_schedule).where(mine, once))


def _report(row: Mapping[Any, Any]) -> ReportSchedule:
    interval = row["interval"]
    values = {
        "interval": None if interval is None else Interval.parse(interval),
        "recipients": tuple(row["recipients"]),
        "last_figures": from_json(row["last_figures"]),
    }
    return ReportSchedule(**{**row, **values})
