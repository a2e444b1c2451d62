"""Who may use what is left of a mailbox's day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.mail.counts import Counts
from database.schema import enrolment, sent_mail
from domain.status import MailKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailHold, MailLimits, MailOrigin, NotYet

_m, _e = sent_mail.c, enrolment.c
# Put together once: that takes longer than to run them.
_FIRST = select(func.min(_m.sending_at)).where(
    _m.sender == bindparam("mailbox"),
    _m.sending_at > bindparam("since"),
    _m.from_form_share.is_(False),
)
_MAILED = select(func.count()).where(
    _m.sender == bindparam("mailbox"),
    _m.sending_at >= bindparam("begins"),
    _m.kind != MailKind.ESCALATION,
)
# Not IN, which would be written anew each time.
_REMINDED = or_(_e.next_step == NextStep.REMINDER, _e.next_step == NextStep.FOLLOW_UP)
_OF_MAILBOX = select(func.count()).where(_e.sender == bindparam("mailbox"), _REMINDED)
# Two counts, each of which an index leads to: those who are due now, without a date, are among
# all who wait for their invitation.
_DUE_TODAY = _OF_MAILBOX.where(_e.due_at < bindparam("ends"))
_DUE_NOW = _OF_MAILBOX.where(_e.due_at.is_(None))
_DUE = _DUE_TODAY.scalar_subquery() + _DUE_NOW.scalar_subquery()
_LOAD = select(_MAILED.scalar_subquery() + _DUE)
# As in ``counts``: of a mail that is sent a second time.
_LOAD_OF_OTHERS = select(_MAILED.where(_m.key != bindparam("mail_key")).scalar_subquery() + _DUE)


@dataclass(frozen=True, slots=True)
class Day:
    """A mailbox's day: its budget, now, and the day's two ends."""

    limits: MailLimits
    now: datetime
    today: tuple[datetime, datetime]


async def day_hold(
    connection: AsyncConnection, mail: Row[Any], counts: Counts, day: Day
) -> bool | NotYet:
    """Return whether the mail uses the share kept for the form, or why it has to wait.

    The share is used in turn: at most a quarter for one network. Beyond it a mail from the form
    uses what the day leaves, as all others do.
    """
    limits = day.limits
    kept = limits.kept_for_form
    all_mails, from_share = counts.day + mail.others_sent, counts.from_share
    if mail.origin is MailOrigin.FORM:
        for_network = max(1, int(kept * limits.network_share))
        if from_share < kept and counts.by_network < for_network and all_mails < limits.per_day:
            return True
    if all_mails - from_share >= limits.for_others:
        return NotYet(hold=MailHold.DAY_FULL, until=await _room_at(connection, mail, day))
    if mail.kind is MailKind.INVITATION and mail.origin is MailOrigin.SCHEDULE:
        load = await _weekday_load(connection, mail, day)
        if load >= limits.weekday_limit:
            return NotYet(hold=MailHold.INVITATIONS_FULL, until=day.today[1])
    return False


async def _room_at(connection: AsyncConnection, mail: Row[Any], day: Day) -> datetime | None:
    """Return when the first mail of the last day stops counting."""
    asked = {"mailbox": mail.sender, "since": day.now - day.limits.day}
    first: datetime | None = (await connection.execute(_FIRST, asked)).scalar_one()
    return None if first is None else first + day.limits.day


async def _weekday_load(connection: AsyncConnection, mail: Row[Any], day: Day) -> int:
    """Count whose next reminder falls on this weekday: mailed today, or due and not yet mailed."""
    begins, ends = day.today
    query, asked = _LOAD, {"mailbox": mail.sender, "begins": begins, "ends": ends}
    if mail.sending_at is not None:
        query, asked = _LOAD_OF_OTHERS, asked | {"mail_key": mail.key}
    return int((await connection.execute(query, asked)).scalar_one())
