"""Counts people who stand alike, as a forecast begins with them: groups, and never persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import enrolment
from domain.instants import EPOCH, MICROSECOND, microseconds
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep

_C = enrolment.c
# These will never register, and nobody waits for them.
_LEFT = (EnrolmentEnd.GONE, EnrolmentEnd.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingGroup:
    """People who stand alike; instants are the group's average.

    Attributes:
        people: how many.
        registered: whether they have registered.
        idle: whether nothing is expected of them: paused, disabled, excluded, bounced,
            failed, or without a mail address.
        sender: the mailbox that mails them.
        send_hours: hours and weekdays in which they are mailed, None for what the settings say.
        status: where they stand.
        next_step: what happens next.
        reminders_sent: reminders that each of them has had.
        follow_ups_sent: the same for follow-ups.
        escalated: whether their manager was told.
        clicked: whether they have clicked.
        due_at: when the next step is due, None for at once or for no step.
        mailed_at: when their last dated mail left, None for none or one that is long ago.
        acted_after: days from that mail to their registration.
    """

    people: int
    registered: bool
    idle: bool
    sender: str | None
    send_hours: str | None
    status: InviteStatus
    next_step: NextStep | None
    reminders_sent: int
    follow_ups_sent: int
    escalated: bool
    clicked: bool
    due_at: datetime | None
    mailed_at: datetime | None
    acted_after: int | None


async def read_standing_groups(
    connection: AsyncConnection,
    *,
    now: datetime,
    day: timedelta,
    days_back: int,
    batch_id: str | None = None,
) -> Sequence[StandingGroup]:
    """Count everybody by where they stand.

    Args:
        connection: where to read.
        now: what was due before is due now.
        day: people whose next step is due within so long a time are one group.
        days_back: mails that left longer ago are not told apart.
        batch_id: only this batch.
    """
    registered = _C.registration == RegistrationState.REGISTERED
    idle = or_(
        _C.ended.is_not(None),
        _C.paused_by.is_not(None),
        _C.disabled_since.is_not(None),
        _C.returned_since.is_not(None),
        _C.excluded,
        _C.attention.is_not_distinct_from(AttentionKind.NO_ADDRESS),
    )
    length, at = day // MICROSECOND, microseconds(now)
    due = _number(_C.due_at)
    due = case((registered, None), (due < at, at), else_=due)
    mailed = _latest(_C.invite_sent_at, _C.last_reminder_at, _C.escalated_at)
    acted = case(
        (and_(registered, mailed > 0), (_number(_C.registered_at) - mailed) // length), else_=None
    )
    # Of people who have registered it only counts whether their last mail is old enough.
    recent = mailed >= at - days_back * length
    told_apart = case((and_(recent, ~registered), mailed // length), (recent, 1), else_=0)
    step = case((registered, null()), else_=_C.next_step)
    sender = case((registered, null()), else_=_C.sender)
    send_hours = case((registered, null()), else_=_C.send_hours)
    keys: dict[str, ColumnElement[Any]] = {
        "registered": registered,
        "idle": idle,
        "sender": sender,
        "send_hours": send_hours,
        "status": _C.status,
        "next_step": step,
        "reminders_sent": _C.reminders_sent,
        "follow_ups_sent": _C.follow_ups_sent,
        "escalated": _C.escalated,
        "clicked": _C.clicked_at.is_not(None),
        "acted_after": acted,
    }
    people = select(
        *(column.label(name) for name, column in keys.items()),
        (due // length).label("due_day"),
        told_apart.label("mailed_day"),
        due.label("due"),
        case((recent, mailed), else_=None).label("mailed"),
    ).where(or_(_C.ended.is_(None), _C.ended.not_in(_LEFT), registered))
    if batch_id is not None:
        people = people.where(_C.batch_id == batch_id)
    one = people.subquery()
    grouped = [one.c[name] for name in keys]
    query = select(
        *grouped,
        func.count().label("people"),
        cast(func.avg(one.c.due), BigInteger).label("due_at"),
        cast(func.avg(one.c.mailed), BigInteger).label("mailed_at"),
    ).group_by(*grouped, one.c.due_day, one.c.mailed_day)
    rows = (await connection.execute(query)).mappings()
    return [_group(dict(row)) for row in rows]


def _group(row: dict[str, Any]) -> StandingGroup:
    step = row["next_step"]
    return StandingGroup(
        **{
            **row,
            "registered": bool(row["registered"]),
            "idle": bool(row["idle"]),
            "escalated": bool(row["escalated"]),
            "clicked": bool(row["clicked"]),
            "next_step": None if step is None else NextStep(step),
            "due_at": _instant(row["due_at"]),
            "mailed_at": _instant(row["mailed_at"]),
        }
    )


def _number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, BigInteger)


def _latest(*columns: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the latest of some instants as a number, 0 where there is none."""
    latest: ColumnElement[Any] = literal(0, BigInteger)
    for column in columns:
        other = func.coalesce(_number(column), 0)
        latest = case((other > latest, other), else_=latest)
    return latest


def _instant(number: int | None) -> datetime | None:
    return None if number is None else EPOCH + int(number) * MICROSECOND
