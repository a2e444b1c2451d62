"""What the mailboxes do today: what has left, what waits, and what they may still send."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.mail.senders import read_senders
from database.schema import enrolment, sender, sent_mail
from domain.tables.enrolment import NextStep
from domain.tables.mail import SenderState

DAY = timedelta(hours=24)
_MAILS = (
    NextStep.INVITATION,
    NextStep.RESEND,
    NextStep.REMINDER,
    NextStep.FOLLOW_UP,
    NextStep.ESCALATION,
)
_C = enrolment.c
# People whose next step is a mail; who is paused, or whose account is disabled, waits for none.
WAITING_FOR_MAIL = (
    _C.next_step.in_(_MAILS),
    _C.ended.is_(None),
    _C.paused_by.is_(None),
    _C.disabled_since.is_(None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxDay:
    """One mailbox.

    Attributes:
        address: its address; None for people who have no mailbox yet.
        state: whether it may send; None before it was used.
        sent_today: our mails that left it since midnight.
        last_day: all mails that left it in 24 hours, those of others included; its budget is
            counted so.
        queued: mails that are due before the day ends.
        invitations_left: people who wait for their invitation.
        last_invitation_at: when the last of these is due.
    """

    address: str | None
    state: SenderState | None = None
    sent_today: int = 0
    last_day: int = 0
    queued: int = 0
    invitations_left: int = 0
    last_invitation_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDay:
    """All mailboxes, in the order of their addresses."""

    mailboxes: tuple[MailboxDay, ...]

    @property
    def sent_today(self) -> int:
        """Return how many of our mails have left since midnight."""
        return sum(one.sent_today for one in self.mailboxes)

    @property
    def queued(self) -> int:
        """Return how many mails are due before the day ends."""
        return sum(one.queued for one in self.mailboxes)

    @property
    def invitations_left(self) -> int:
        """Return how many people wait for their invitation."""
        return sum(one.invitations_left for one in self.mailboxes)

    @property
    def last_invitation_at(self) -> datetime | None:
        """Return when the last invitation is due, None where none waits for a day."""
        known = (one.last_invitation_at for one in self.mailboxes)
        return max((at for at in known if at is not None), default=None)


async def read_mail_day(
    connection: AsyncConnection, *, now: datetime, today: tuple[datetime, datetime]
) -> MailDay:
    """Return the day of all mailboxes; ``today`` is where the day begins and ends."""
    states = {one.address: one for one in await read_senders(connection)}
    sent = {address: counts for address, *counts in await _sent(connection, now, today[0])}
    waiting = {address: counts for address, *counts in await _waiting(connection, today[1])}
    mailboxes = []
    for address in sorted({*states, *waiting}, key=lambda one: (one is None, one or "")):
        known = states.get(address)
        sent_today, last_day = sent.get(address, (0, 0))
        queued, invitations, last_at = waiting.get(address, (0, 0, None))
        mailboxes.append(
            MailboxDay(
                address=address,
                state=known.state if known else None,
                sent_today=sent_today,
                last_day=last_day + (known.others_sent if known else 0),
                queued=queued,
                invitations_left=invitations,
                last_invitation_at=last_at,
            )
        )
    return MailDay(mailboxes=tuple(mailboxes))


async def _sent(
    connection: AsyncConnection, now: datetime, midnight: datetime
) -> Iterable[tuple[Any, ...]]:
    """Count per mailbox: one look into the index each, however many mails were ever sent."""

    def since(instant: datetime) -> Any:
        left = (sent_mail.c.sender == sender.c.address, sent_mail.c.sending_at > instant)
        return select(func.count()).where(*left).correlate(sender).scalar_subquery()

    return [
        tuple(row)
        for row in await connection.execute(
            select(sender.c.address, since(midnight), since(now - DAY))
        )
    ]


async def _waiting(connection: AsyncConnection, midnight: datetime) -> Iterable[tuple[Any, ...]]:
    due = or_(_C.due_at.is_(None), _C.due_at < midnight)
    invited = _C.next_step == NextStep.INVITATION
    query = (
        select(
            _C.sender,
            func.sum(case((due, 1), else_=0)),
            func.sum(case((invited, 1), else_=0)),
            func.max(case((invited, _C.due_at))),
        )
        .where(*WAITING_FOR_MAIL)
        .group_by(_C.sender)
    )
    return [
        (address, int(queued), int(invitations), last_at)
        for address, queued, invitations, last_at in await connection.execute(query)
    ]
