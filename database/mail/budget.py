"""Counts a mail against its mailbox's budgets, in the transaction that says it is being sent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.mail.counts import Counts, count_mails
from database.mail.day_share import Day, day_hold
from database.schema import sender, sent_mail
from domain.failures import AttemptSuperseded
from domain.instants import CLOCKS_DIFFER, EPOCH
from domain.tables.mail import AdminMailKind, MailHold, MailLimits, MailState, NotYet, SenderState

# A probe shows within seconds whether a mailbox may send.
PROBED_SOON = timedelta(seconds=2)
_m, _s = sent_mail.c, sender.c
# Every mail asks these, and to put a statement together takes longer than to run it.
_OWN = (
    select(
        *(_m.key, _m.sender, _m.kind, _m.origin, _m.network, _m.sending_at),
        *(_s.state, _s.next_slot_at, _s.throttled_until, _s.others_sent),
    )
    .join(sender, _s.address == _m.sender)
    .where(
        _m.key == bindparam("mail_key"),
        _m.attempt == bindparam("mine"),
    )
)
_MAY_BE_SENT = or_(_m.state == MailState.DRAFTED, _m.state == MailState.SENDING)
_OWN_TO_SEND = _OWN.where(_MAY_BE_SENT).with_for_update(of=sender)
_COUNT = update(sent_mail).where(_m.key == bindparam("mail_key"), _m.attempt == bindparam("mine"))
_MOVE_SLOT = update(sender).where(_s.address == bindparam("mailbox"))
_EARLIER = (
    select(_m.sending_at)
    .where(
        _m.sender == bindparam("mailbox"),
        _m.sending_at > bindparam("since"),
        _m.key != bindparam("mail_key"),
    )
    .order_by(_m.sending_at)
    .offset(bindparam("skipped"))
    .limit(1)
)
_EARLIER_BUT_SOON = _EARLIER.where(_m.sending_at <= bindparam("soon"))
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
    asked_at: datetime = EPOCH,
) -> datetime | NotYet:
    """Count the mail and return when by ``clock``, or why it waits, and then change nothing.

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
        asked_at: when it was asked for by the server's clock: no mail is counted before, however
            slow this one is.

    Raises:
        AttemptSuperseded: the mail isn't this attempt's any more, or can't be sent.
    """
    mail = await _own(connection, key, attempt, _OWN_TO_SEND)
    now = clock()
    day = await _hold(connection, mail, limits, now, today)
    if isinstance(day, NotYet):
        return day
    sending_at = max(now, asked_at)
    changes = {"state": MailState.SENDING, "sending_at": sending_at, "from_form_share": day}
    counted = await connection.execute(_COUNT, {"mail_key": key, "mine": attempt, **changes})
    if counted.rowcount != 1:
        raise AttemptSuperseded("Another attempt has taken this mail over.")
    slot = _slot_after(mail.next_slot_at, now, limits)
    await connection.execute(_MOVE_SLOT, {"mailbox": mail.sender, "next_slot_at": slot})
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
    mail = await _own(connection, key, attempt, _OWN)
    found = await _hold(connection, mail, limits, now, today)
    return found if isinstance(found, NotYet) else None


async def _hold(
    connection: AsyncConnection,
    mail: Row[Any],
    limits: MailLimits,
    now: datetime,
    today: tuple[datetime, datetime],
) -> bool | NotYet:
    """Say why the mail has to wait, else whether it uses the share kept for the form."""
    counts = await count_mails(connection, mail, limits, now)
    return (
        _stopped(mail, counts)
        or _paused(mail, now)
        or _throttled(mail, now)
        or await _minute_or_hour(connection, mail, counts, limits, now)
        or await day_hold(connection, mail, counts, Day(limits, now, today))
    )


async def _own(connection: AsyncConnection, key: str, attempt: str, query: Select[Any]) -> Row[Any]:
    """Return the mail and its mailbox, while it is this attempt's."""
    found = await connection.execute(query, {"mail_key": key, "mine": attempt})
    row: Row[Any] | None = found.one_or_none()
    if row is None:
        raise AttemptSuperseded("Another attempt has taken this mail over.")
    return row


def _stopped(mail: Row[Any], counts: Counts) -> NotYet | None:
    """Say that mail is stopped; mails to admins leave all the same, and tell of it."""
    is_stopped = counts.is_stopped and not isinstance(mail.kind, AdminMailKind)
    return NotYet(hold=MailHold.MAIL_STOPPED) if is_stopped else None


def _paused(mail: Row[Any], now: datetime) -> NotYet | None:
    """Say that the mailbox may not send; while a probe is on its way that may end soon."""
    if mail.state is SenderState.READY:
        return None
    until = now + PROBED_SOON if mail.state is SenderState.PAUSED else None
    return NotYet(hold=MailHold.SENDER_PAUSED, until=until)


def _throttled(mail: Row[Any], now: datetime) -> NotYet | None:
    until = mail.throttled_until
    if until is None or until <= now:
        return None
    return NotYet(hold=MailHold.SENDER_THROTTLED, until=until)


async def _minute_or_hour(
    connection: AsyncConnection,
    mail: Row[Any],
    counts: Counts,
    limits: MailLimits,
    now: datetime,
) -> NotYet | None:
    slot = _believed(mail.next_slot_at, now, limits)
    if slot is not None and slot > now:
        return NotYet(hold=MailHold.MINUTE_FULL, until=slot)
    asked = {"mailbox": mail.sender, "mail_key": mail.key}
    if (behind := counts.hour - limits.per_hour) >= 0:
        hour = asked | {"since": now - limits.hour, "skipped": behind}
        leaves: datetime = (await connection.scalars(_EARLIER, hour)).one()
        return NotYet(hold=MailHold.HOUR_FULL, until=leaves + limits.hour)
    # What a clock that was ahead has counted, before it was set right, fills no minute; hours and
    # days are counted on the safe side, as a mailbox that sends too much in a day is blocked.
    if (behind := counts.minute - max(1, int(limits.per_minute))) >= 0:
        minute = asked | {"since": now - limits.minute, "skipped": behind}
        soon = {"soon": now + limits.minute}
        leaves = (await connection.scalars(_EARLIER_BUT_SOON, minute | soon)).one()
        return NotYet(hold=MailHold.MINUTE_FULL, until=leaves + limits.minute)
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

    One worker's clock may be ahead of Temporal's, and another's behind it.
    """
    latest = now + limits.minute / limits.per_minute + 2 * CLOCKS_DIFFER
    return slot if slot is not None and slot <= latest else None
