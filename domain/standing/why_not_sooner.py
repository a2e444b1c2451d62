"""Why a person's next step doesn't happen sooner: a pure function, asked when somebody looks.

A stop of all mail, a blocked mailbox or a missing worker changes no person's row, so the answer
can't be stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.imports.pace import INVITATION_SHARE
from domain.instants import later
from domain.mail.returned.blocked_sender import remedy
from domain.mail.send_hours import with_send_hours_text
from domain.mail.send_window import JITTER, SendWindow
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentRecord, NextStep
from domain.tables.mail import SenderState
from domain.tables.rollout import MailControl, Sender
from domain.tables.sending import MailboxUse, SendingPolicy

# A worker reports itself every 30 seconds.
WORKER_MISSING_AFTER = timedelta(minutes=2)


class HoldReason(StrEnum):
    """What holds a person's next step; the texts are in ``domain.standing.texts``."""

    ENDED = "ended"
    PAUSED = "paused"
    DISABLED = "disabled"
    RETURNED = "returned"
    EXCLUDED = "excluded"
    NO_ADDRESS = "no-address"
    NO_MANAGER = "no-manager"
    PERSON = "person"
    MAIL_STOPPED = "mail-stopped"
    MAILBOX_STOPPED = "mailbox-stopped"
    MAILBOX_PAUSED = "mailbox-paused"
    WORKER_MISSING = "worker-missing"
    RETRY = "retry"
    SLOT = "slot"
    WINDOW = "window"
    BUDGET = "budget"
    NOT_DUE = "not-due"
    TURN = "turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One reason: since when and until when it holds, by whom and why, as far as that is known."""

    reason: HoldReason
    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    why: str | None = None


def why_not_sooner(
    row: EnrolmentRecord,
    control: MailControl | None,
    mailbox: MailboxUse,
    policy: SendingPolicy,
    now: datetime,
    *,
    worker_seen_at: datetime | None,
) -> tuple[Hold, ...]:
    """Return everything that holds the person's next step at ``now``; there is always a reason.

    What ends only when somebody acts comes first, then what ends by itself.

    Args:
        row: the person's row.
        control: whether all mail is stopped; None when nobody has ever stopped it.
        mailbox: the person's sender mailbox.
        policy: the settings of sending.
        now: aware UTC.
        worker_seen_at: when a worker has last reported itself; None for never.
    """
    if row.ended is not None:
        return (Hold(reason=HoldReason.ENDED, since=row.ended_at),)
    if row.next_step is None:
        return tuple(_own(row)) or (Hold(reason=HoldReason.PERSON),)
    is_mail = row.next_step is not NextStep.GROUP
    holds = [*_own(row), *_nobody_to_mail(row)] if is_mail else [*_exclusion(row)]
    if is_mail:
        holds += mail_stops(control, mailbox)
    if worker_seen_at is None or now - worker_seen_at > WORKER_MISSING_AFTER:
        holds.append(Hold(reason=HoldReason.WORKER_MISSING, since=worker_seen_at))
    holds += _dated(row, policy, now)
    if is_mail and _is_due(row, now):
        holds += _budget(row, mailbox, policy)
    return tuple(holds) or (Hold(reason=HoldReason.TURN),)


def _own(row: EnrolmentRecord) -> Iterator[Hold]:
    """Yield what holds this person alone, until somebody acts or the account changes."""
    if row.paused_by is not None:
        yield Hold(reason=HoldReason.PAUSED, actor=row.paused_by, why=row.paused_reason)
    if row.disabled_since is not None:
        yield Hold(reason=HoldReason.DISABLED, since=row.disabled_since)
    if row.returned_since is not None:
        yield Hold(reason=HoldReason.RETURNED, since=row.returned_since)
    yield from _exclusion(row)


def _exclusion(row: EnrolmentRecord) -> Iterator[Hold]:
    if row.excluded:
        yield Hold(reason=HoldReason.EXCLUDED)


def _nobody_to_mail(row: EnrolmentRecord) -> Iterator[Hold]:
    to_manager = row.next_step is NextStep.ESCALATION
    if row.attention is AttentionKind.NO_ADDRESS and not to_manager:
        yield Hold(reason=HoldReason.NO_ADDRESS, since=row.attention_since)
    if row.attention is AttentionKind.NO_MANAGER and to_manager:
        yield Hold(reason=HoldReason.NO_MANAGER, since=row.attention_since)


def mail_stops(control: MailControl | None, mailbox: MailboxUse) -> Iterator[Hold]:
    """Yield what holds every mail of a mailbox: the stop of all mail, or a blocked mailbox."""
    if control is not None and control.mail_stopped:
        yield Hold(
            reason=HoldReason.MAIL_STOPPED,
            since=control.since,
            actor=control.actor,
            why=control.reason,
        )
    sender = mailbox.sender
    if sender is not None and sender.state is SenderState.STOPPED:
        yield Hold(reason=HoldReason.MAILBOX_STOPPED, since=sender.since, why=_remedy(sender))
    if sender is not None and sender.state is SenderState.PAUSED:
        yield Hold(reason=HoldReason.MAILBOX_PAUSED, since=sender.since, why=_remedy(sender))


def _remedy(sender: Sender) -> str:
    return remedy(sender.reason or "")


def _dated(row: EnrolmentRecord, policy: SendingPolicy, now: datetime) -> Iterator[Hold]:
    """Yield what ends by itself, at an instant that is known."""
    if row.next_step is NextStep.GROUP:
        if not _is_due(row, now):
            yield Hold(reason=HoldReason.RETRY, until=row.due_at, why=row.problem)
        return
    if row.mail_not_before is not None and row.mail_not_before > now:
        yield Hold(reason=HoldReason.RETRY, until=row.mail_not_before, why=row.problem)
        return
    slot_at = row.slot_at if row.next_step is NextStep.INVITATION else None
    if slot_at is not None and slot_at > now:
        yield Hold(reason=HoldReason.SLOT, until=slot_at)
        return
    window = with_send_hours_text(policy.window, row.send_hours)
    # A new link that was asked for leaves at any time.
    is_resend = row.next_step is NextStep.RESEND
    if row.due_at is None or row.due_at <= now:
        opening = now if is_resend else _opening(window, now)
        if opening != now:
            yield Hold(reason=HoldReason.WINDOW, until=opening)
    elif not is_resend and _was_closed_before(window, row.due_at):
        yield Hold(reason=HoldReason.WINDOW, until=row.due_at)
    else:
        yield Hold(reason=HoldReason.NOT_DUE, until=row.due_at)


def _budget(row: EnrolmentRecord, mailbox: MailboxUse, policy: SendingPolicy) -> Iterator[Hold]:
    share = INVITATION_SHARE if row.next_step is NextStep.INVITATION else 1
    if mailbox.last_day >= policy.per_day * share:
        yield Hold(reason=HoldReason.BUDGET)


def _is_due(row: EnrolmentRecord, now: datetime) -> bool:
    return row.due_at is None or row.due_at <= now


def _opening(window: SendWindow, at: datetime) -> datetime | None:
    """Return ``at`` in the window, else the next opening; None when there is none in a year."""
    try:
        return window.next_open(at)
    except (ValueError, OverflowError):
        return None


def _was_closed_before(window: SendWindow, at: datetime) -> bool:
    """Say whether a mail leaves at ``at`` since the window opens then.

    Those who wait for an opening leave within half an hour of it.
    """
    before = later(at, -JITTER)
    return not window.always_open and _opening(window, before) != before
