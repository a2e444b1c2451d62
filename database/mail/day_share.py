"""Who may use what is left of a mailbox's day."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Row, and_, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import enrolment, sent_mail
from domain.enrolment.status import MailKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailHold, MailLimits, MailOrigin, NotYet


@dataclass(frozen=True, slots=True)
class Day:
    """A mailbox's day: its budget, what others sent from it, now, and the day's two ends."""

    limits: MailLimits
    others_sent: int
    now: datetime
    today: tuple[datetime, datetime]


async def day_hold(
    connection: AsyncConnection, mail: Row[tuple[object, ...]], day: Day
) -> bool | NotYet:
    """Return whether the mail uses the share kept for the form, or why it has to wait.

    The share is used in turn: at most a quarter for one network. Beyond it a mail from the form
    uses what the day leaves, as all others do.
    """
    limits = day.limits
    kept = limits.kept_for_form
    all_mails, from_share, by_network = await _used(connection, mail, day)
    if mail.origin is MailOrigin.FORM:
        for_network = max(1, int(kept * limits.network_share))
        if from_share < kept and by_network < for_network and all_mails < limits.per_day:
            return True
    if all_mails - from_share >= limits.for_others:
        return NotYet(hold=MailHold.DAY_FULL, until=await _room_at(connection, mail, day))
    if mail.kind is MailKind.INVITATION and mail.origin is MailOrigin.SCHEDULE:
        load = await _weekday_load(connection, mail, day)
        if load >= limits.weekday_limit:
            return NotYet(hold=MailHold.INVITATIONS_FULL, until=day.today[1])
    return False


async def _used(
    connection: AsyncConnection, mail: Row[tuple[object, ...]], day: Day
) -> tuple[int, int, int]:
    """Count a day's mails: all, those of the form's share, and those of it for this network."""
    own_network = and_(sent_mail.c.from_form_share, sent_mail.c.network == mail.network)
    query = select(
        func.count(),
        func.coalesce(func.sum(cast(sent_mail.c.from_form_share, Integer)), 0),
        func.coalesce(func.sum(case((own_network, 1), else_=0)), 0),
    ).where(
        sent_mail.c.sender == mail.sender,
        sent_mail.c.sending_at > day.now - day.limits.day,
        sent_mail.c.key != mail.key,
    )
    all_mails, from_share, by_network = (await connection.execute(query)).one()
    return all_mails + day.others_sent, from_share, by_network


async def _room_at(
    connection: AsyncConnection, mail: Row[tuple[object, ...]], day: Day
) -> datetime | None:
    """Return when the first mail of the last day stops counting."""
    query = select(func.min(sent_mail.c.sending_at)).where(
        sent_mail.c.sender == mail.sender,
        sent_mail.c.sending_at > day.now - day.limits.day,
        sent_mail.c.from_form_share.is_(False),
    )
    first: datetime | None = (await connection.execute(query)).scalar_one()
    return None if first is None else first + day.limits.day


async def _weekday_load(
    connection: AsyncConnection, mail: Row[tuple[object, ...]], day: Day
) -> int:
    """Count whose next reminder falls on this weekday: mailed today, or due and not yet mailed."""
    begins, ends = day.today
    mailed = select(func.count()).where(
        sent_mail.c.sender == mail.sender,
        sent_mail.c.sending_at >= begins,
        sent_mail.c.kind != MailKind.ESCALATION,
        sent_mail.c.key != mail.key,
    )
    due = select(func.count()).where(
        enrolment.c.sender == mail.sender,
        or_(enrolment.c.due_at < ends, enrolment.c.due_at.is_(None)),
        enrolment.c.next_step.in_((NextStep.REMINDER, NextStep.FOLLOW_UP)),
    )
    total = select(mailed.scalar_subquery() + due.scalar_subquery())
    return int((await connection.execute(total)).scalar_one())
