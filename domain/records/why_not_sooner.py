"""Why nothing has happened to a person yet: told when it is asked, since most reasons pass.

A stop of all mail or a blocked mailbox changes no row; they are added to what the row says.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.enrolment.policy import Policy
from domain.records.enrolment import EnrolmentRecord, NextStep
from domain.records.mail import SenderState
from domain.records.rollout import MailControl, Sender


class Delay(StrEnum):
    """What a person's next step waits for."""

    PAUSED = "paused"
    DISABLED = "account disabled"
    EXCLUDED = "excluded"
    RETURNED = "mail comes back"
    MAIL_STOPPED = "all mail stopped"
    SENDER_PAUSED = "mailbox paused"
    WAVE = "wave"
    RETRY = "after a failure"
    INTERVAL = "not due yet"
    WINDOW = "send window closed"
    QUEUE = "queue of the mailbox"
    PERSON = "the person"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNotSooner:
    """The reason, until when it holds if that can be told, and who gave which reason for it."""

    delay: Delay
    until: datetime | None = None
    actor: str | None = None
    reason: str | None = None


_IN_WINDOW = frozenset(
    {NextStep.INVITATION, NextStep.REMINDER, NextStep.FOLLOW_UP, NextStep.ESCALATION}
)
# A new link that somebody asked for leaves at any hour.
_MAILS = _IN_WINDOW | {NextStep.RESEND}


def why_not_sooner(
    row: EnrolmentRecord,
    control: MailControl | None,
    sender: Sender | None,
    policy: Policy,
    now: datetime,
) -> WhyNotSooner | None:
    """Return why the next step hasn't been taken; None when it is being taken, or all is over.

    Of several reasons it is the one that has to be lifted first: what an admin decided about this
    person, then what holds up all mail, then the clock.
    """
    if row.ended is not None:
        return None
    return (
        _held(row)
        or (_mail_held(control, sender) if row.next_step in _MAILS else None)
        or _waits(row, policy, now)
    )


def _held(row: EnrolmentRecord) -> WhyNotSooner | None:
    """Return what holds up this person alone."""
    if row.paused_by is not None:
        return WhyNotSooner(delay=Delay.PAUSED, actor=row.paused_by, reason=row.paused_reason)
    if row.disabled_since is not None:
        return WhyNotSooner(delay=Delay.DISABLED)
    if row.excluded:
        return WhyNotSooner(delay=Delay.EXCLUDED)
    if row.returned_since is not None:
        return WhyNotSooner(delay=Delay.RETURNED, reason=row.problem)
    return None


def _mail_held(control: MailControl | None, sender: Sender | None) -> WhyNotSooner | None:
    """Return what holds up everybody's mail, or all mail of one mailbox."""
    if control is not None and control.mail_stopped:
        return WhyNotSooner(delay=Delay.MAIL_STOPPED, actor=control.actor, reason=control.reason)
    if sender is not None and sender.state is not SenderState.READY:
        return WhyNotSooner(delay=Delay.SENDER_PAUSED, reason=sender.reason)
    return None


def _waits(row: EnrolmentRecord, policy: Policy, now: datetime) -> WhyNotSooner | None:
    """Return which clock, or whom, the next step waits for."""
    if row.next_step is None:
        return WhyNotSooner(delay=Delay.PERSON)
    if row.next_step not in _MAILS:
        later = row.due_at is not None and row.due_at > now
        return WhyNotSooner(delay=Delay.RETRY, until=row.due_at) if later else None
    return _mail_waits(row, policy, now)


def _mail_waits(row: EnrolmentRecord, policy: Policy, now: datetime) -> WhyNotSooner:
    """Return which clock a mail waits for, in the order in which they are passed."""
    if row.next_step is NextStep.INVITATION and row.slot_at is not None and row.slot_at > now:
        return WhyNotSooner(delay=Delay.WAVE, until=row.slot_at)
    if row.mail_not_before is not None and row.mail_not_before > now:
        return WhyNotSooner(delay=Delay.RETRY, until=row.mail_not_before, reason=row.problem)
    opens_at = _opens_at(row, policy, now)
    if row.due_at is not None and row.due_at > now and row.due_at != opens_at:
        return WhyNotSooner(delay=Delay.INTERVAL, until=row.due_at)
    if opens_at != now:
        return WhyNotSooner(delay=Delay.WINDOW, until=opens_at)
    return WhyNotSooner(delay=Delay.QUEUE)


def _opens_at(row: EnrolmentRecord, policy: Policy, now: datetime) -> datetime | None:
    """Return ``now`` where the mail may leave, else the opening; None if there is none in sight."""
    if row.next_step not in _IN_WINDOW:
        return now
    try:
        return policy.window.next_open_for(now, row.object_id)
    except ValueError:
        return None
