"""Counts the mails that are planned for the next days, by mailbox and day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from database.enrolments.story import QUARTER
from database.schema import enrolment
from domain.instants import EPOCH, MICROSECOND
from domain.tables.enrolment import NextStep

_C = enrolment.c
_MAILS = (
    NextStep.INVITATION,
    NextStep.RESEND,
    NextStep.REMINDER,
    NextStep.FOLLOW_UP,
    NextStep.ESCALATION,
)
# Time zones differ from UTC by whole quarters of an hour.
_QUARTER = QUARTER * MICROSECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMails:
    """Mails by mailbox and day; a mailbox is None where none was chosen yet.

    ``due`` are those whose time has come: they leave as fast as mailboxes may send. ``later`` are
    those behind the last of the days.
    """

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
) -> PlannedMails:
    """Count the next mail of everybody who waits for one, by the days of a zone.

    People who are paused, or whose account is disabled, wait for none.
    """
    quarter = (type_coerce(_C.due_at, BigInteger) // QUARTER).label("quarter")
    query = select(_C.sender, quarter, func.count()).where(
        _C.next_step.in_(_MAILS),
        _C.ended.is_(None),
        _C.paused_by.is_(None),
        _C.disabled_since.is_(None),
    )
    if batch_id is not None:
        query = query.where(_C.batch_id == batch_id)
    rows: Iterable[Any] = await connection.execute(query.group_by(_C.sender, quarter))
    today = now.astimezone(zone).date()
    all_days = [today + timedelta(days=number) for number in range(days)]
    by_day: Counter[tuple[str | None, date]] = Counter()
    due: Counter[str | None] = Counter()
    later = 0
    for sender, at, number in rows:
        begins = now if at is None else EPOCH + at * _QUARTER
        day = begins.astimezone(zone).date()
        if begins <= now:
            due[sender] += number
        elif day > all_days[-1]:
            later += number
        else:
            by_day[sender, day] += number
    named = {sender for sender, _ in by_day} | set(due)
    return PlannedMails(
        days=all_days,
        mailboxes=sorted(named, key=lambda one: (one is None, one or "")),
        by_day=dict(by_day),
        due=dict(due),
        later=later,
    )
