"""Counts a mail against its mailbox's budgets, in the transaction that says it is being sent."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.mail.day_share import Day, day_hold
from database.rollout.control import read_control
from database.schema import sender, sent_mail
from domain.failures import AttemptSuperseded
from domain.tables.mail import AdminMailKind, MailHold, MailLimits, MailState, NotYet, SenderState

# A probe shows within seconds whether a mailbox may send.
PROBED_SOON = timedelta(seconds=2)
_MAY_BE_SENT = (MailState.DRAFTED, MailState.SENDING)
# A mail that left so many slots late, or less, delays none of those behind it.
_SLOTS_TO_CATCH_UP = 2


async def sending(
    connection: AsyncConnection,
    key: str,
    attempt: str,
    *,
    limits: MailLimits,
    clock: Callable[[], datetime],
    today: tuple[datetime, datetime],
) -> datetime | NotYet:
    """Count the mail and return when, or say why it has to wait; nothing is changed then.

    The mailbox's row is locked before anything is counted, so that two processes never count the
    same room. The request that sends begins within a second of the commit, or is given up. The
    second sending of one draft replaces the first in the count.

    Args:
        connection: a transaction for writing.
        key: which mail.
        attempt: whose it is.
        limits: the budgets.
        clock: asked once the lock is held.
        today: the beginning and the end of the day in the policy's zone, for invitations.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more, or can't be sent.
    """
    mail = await _own(connection, key, attempt, _MAY_BE_SENT)
    query = select(sender).where(sender.c.address == mail.sender).with_for_update()
    mailbox = (await connection.execute(query)).one()
    now = clock()
    day = await _hold(connection, mail, mailbox, Day(limits, mailbox.others_sent, now, today))
    if isinstance(day, NotYet):
        return day
    changes = {"state": MailState.SENDING, "sending_at": now, "from_form_share": day}
    mine = (sent_mail.c.key == key, sent_mail.c.attempt == attempt)
    counted = await connection.execute(update(sent_mail).where(*mine).values(changes))
    if counted.rowcount != 1:
        raise AttemptSuperseded("Another attempt has taken this mail over.")
    slot = _slot_after(mailbox.next_slot_at, now, limits)
    next_slot = update(sender).where(sender.c.address == mail.sender).values(next_slot_at=slot)
    await connection.execute(next_slot)
    return now


async def hold(
    connection: AsyncConnection,
    key: str,
    attempt: str,
    *,
    limits: MailLimits,
    now: datetime,
    today: tuple[datetime, datetime],
) -> NotYet | None:
    """Say why a mail would have to wait if it were counted now; nothing is changed.

    Asked before a draft is made, so that none waits with a live link in it.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more.
    """
    mail = await _own(connection, key, attempt, tuple(MailState))
    query = select(sender).where(sender.c.address == mail.sender)
    mailbox = (await connection.execute(query)).one()
    found = await _hold(connection, mail, mailbox, Day(limits, mailbox.others_sent, now, today))
    return found if isinstance(found, NotYet) else None


async def _hold(
    connection: AsyncConnection,
    mail: Row[tuple[object, ...]],
    mailbox: Row[tuple[object, ...]],
    day: Day,
) -> bool | NotYet:
    """Say why the mail has to wait, else whether it uses the share kept for the form."""
    return (
        await _stopped(connection, mail)
        or _paused(mailbox, day.now)
        or _throttled(mailbox, day.now)
        or await _minute_or_hour(connection, mail, mailbox, day.limits, day.now)
        or await day_hold(connection, mail, day)
    )


async def _own(
    connection: AsyncConnection, key: str, attempt: str, states: tuple[MailState, ...]
) -> Row[tuple[object, ...]]:
    query = select(sent_mail).where(
        sent_mail.c.key == key,
        sent_mail.c.attempt == attempt,
        sent_mail.c.state.in_(states),
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise AttemptSuperseded("Another attempt has taken this mail over.")
    return row


async def _stopped(connection: AsyncConnection, mail: Row[tuple[object, ...]]) -> NotYet | None:
    """Say that mail is stopped; mails to admins leave all the same, and tell of it."""
    if isinstance(mail.kind, AdminMailKind):
        return None
    control = await read_control(connection)
    return NotYet(hold=MailHold.MAIL_STOPPED) if control and control.mail_stopped else None


def _paused(mailbox: Row[tuple[object, ...]], now: datetime) -> NotYet | None:
    """Say that the mailbox may not send; while a probe is on its way that may end soon."""
    if mailbox.state is SenderState.READY:
        return None
    until = now + PROBED_SOON if mailbox.state is SenderState.PAUSED else None
    return NotYet(hold=MailHold.SENDER_PAUSED, until=until)


def _throttled(mailbox: Row[tuple[object, ...]], now: datetime) -> NotYet | None:
    until = mailbox.throttled_until
    if until is None or until <= now:
        return None
    return NotYet(hold=MailHold.SENDER_THROTTLED, until=until)


async def _minute_or_hour(
    connection: AsyncConnection,
    mail: Row[tuple[object, ...]],
    mailbox: Row[tuple[object, ...]],
    limits: MailLimits,
    now: datetime,
) -> NotYet | None:
    slot = _believed(mailbox.next_slot_at, now, limits)
    if slot is not None and slot > now:
        return NotYet(hold=MailHold.MINUTE_FULL, until=slot)
    # What a clock that was ahead has counted, before it was set right, fills no minute; hours and
    # days are counted on the safe side, as a mailbox that sends too much in a day is blocked.
    if room_at := await _room_at(connection, mail, limits.per_hour, limits.hour, now):
        return NotYet(hold=MailHold.HOUR_FULL, until=room_at)
    most, soon = max(1, int(limits.per_minute)), now + limits.minute
    if room_at := await _room_at(connection, mail, most, limits.minute, now, until=soon):
        return NotYet(hold=MailHold.MINUTE_FULL, until=room_at)
    return None


def _slot_after(used: datetime | None, now: datetime, limits: MailLimits) -> datetime:
    """Return the slot behind the one that a mail uses at ``now``.

    Slots are counted from slots: counted from the mails themselves, each would begin the wait for
    the next as late as it left, and a twentieth of the rate was lost. That no minute holds more
    mails than it may is counted besides.
    """
    interval = limits.minute / limits.per_minute
    used = _believed(used, now, limits)
    is_current = used is not None and now - used <= _SLOTS_TO_CATCH_UP * interval
    return (used if used is not None and is_current else now) + interval


def _believed(slot: datetime | None, now: datetime, limits: MailLimits) -> datetime | None:
    """Return a slot, None where it is later than any that a right clock has made.

    Clocks of two machines may differ by a minute.
    """
    latest = now + limits.minute / limits.per_minute + limits.minute
    return slot if slot is not None and slot <= latest else None


async def _room_at(
    connection: AsyncConnection,
    mail: Row[tuple[object, ...]],
    limit: int,
    window: timedelta,
    now: datetime,
    *,
    until: datetime | None = None,
) -> datetime | None:
    """Return when the window has room again, None when it has now."""
    counted = [
        sent_mail.c.sender == mail.sender,
        sent_mail.c.sending_at > now - window,
        sent_mail.c.key != mail.key,
    ]
    if until is not None:
        counted.append(sent_mail.c.sending_at <= until)
    used = (await connection.execute(select(func.count()).where(*counted))).scalar_one()
    if used < limit:
        return None
    leaving = select(sent_mail.c.sending_at).where(*counted).order_by(sent_mail.c.sending_at)
    leaves: datetime = (await connection.scalars(leaving.offset(used - limit).limit(1))).one()
    return leaves + window
