"""Counts the mails that are planned for the next days, by mailbox and day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, case, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from database.enrolments.story import QUARTER
from database.figures.mail_day import WAITING_FOR_MAIL
from database.schema import enrolment
from domain.demo_calendar import DemoCalendar
from domain.instants import EPOCH, MICROSECOND, microseconds

_C = enrolment.c
# Time zones differ from UTC by whole quarters of an hour.
_QUARTER = QUARTER * MICROSECOND


class _Units(NamedTuple):
    """What mails are counted by, in microseconds: quarters of an hour, or a demo's days."""

    since: int
    length: int


def _units(calendar: DemoCalendar | None) -> _Units:
    if calendar is None:
        return _Units(0, QUARTER)
    # Day 0 has begun, so what is due later is divided as a positive number, alike on both engines.
    return _Units(microseconds(calendar.zero), calendar.day // MICROSECOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMails:
    """Mails by mailbox and day, as of ``at``; a mailbox is None where none was chosen yet.

    ``due`` are those whose time has come: they leave as fast as mailboxes may send. ``later`` are
    those behind the last of the days.
    """

    at: datetime
    days: list[date]
    mailboxes: list[str | None]
    by_day: dict[tuple[str | None, date], int]
    due: dict[str | None, int]
    later: int = 0


async def read_planned(
    connection: AsyncConnection,
    *,
    now: datetime,
    zone: tzinfo,
    days: int = 14,
    batch_id: str | None = None,
    calendar: DemoCalendar | None = None,
) -> PlannedMails:
    """Count the next mail of everybody who waits for one, by the days of a zone or of a demo.

    People who are paused, or whose account is disabled, wait for none. A demo's days are dates that
    are as far from today as they are.
    """
    due_at = type_coerce(_C.due_at, BigInteger)
    unit = _units(calendar)
    at = case((due_at > microseconds(now), (due_at - unit.since) // unit.length))
    query = select(_C.sender, at.label("place"), func.count()).where(*WAITING_FOR_MAIL)
    if batch_id is not None:
        query = query.where(_C.batch_id == batch_id)
    rows: Iterable[Any] = await connection.execute(query.group_by(_C.sender, at))
    today = now.astimezone(zone).date()
    all_days = [today + timedelta(days=number) for number in range(days)]
    by_day: Counter[tuple[str | None, date]] = Counter()
    due: Counter[str | None] = Counter()
    later = 0
    for sender, place, number in rows:
        if place is None:
            due[sender] += number
            continue
        if calendar is None:
            day = (EPOCH + place * _QUARTER).astimezone(zone).date()
        else:
            day = calendar.date_of(place, now=now, today=today)
        if day > all_days[-1]:
            later += number
        else:
            by_day[sender, day] += number
    named = {sender for sender, _ in by_day} | set(due)
    return PlannedMails(
        at=now,
        days=all_days,
        mailboxes=sorted(named, key=lambda one: (one is None, one or "")),
        by_day=dict(by_day),
        due=dict(due),
        later=later,
    )
