"""When the next reminder, follow-up or escalation is due: a pure function of state and policy."""

from datetime import datetime

from domain.enrolment.mail.send_times import grace_end
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.instants import later
from domain.status import InviteStatus, MailKind

CLICKED = frozenset({InviteStatus.CLICKED, InviteStatus.ADDED_TO_GROUP})


def nudge_kind(state: EnrolmentState, policy: Policy) -> MailKind | None:
    """Return which mail would nudge the user next: reminder, follow-up, or None for neither."""
    return None if nudges_used_up(state, policy) else _kind_by_status(state, policy)


def nudges_used_up(state: EnrolmentState, policy: Policy) -> bool:
    """Return True when ``max_reminders`` alone is why the user gets no further one."""
    if policy.max_reminders is None or _kind_by_status(state, policy) is None:
        return False
    return state.nudges_sent - state.nudges_before >= policy.max_reminders


def last_before_manager(state: EnrolmentState, policy: Policy) -> bool:
    """Return True when the next reminder or follow-up is the last before the manager's mail."""
    if state.escalated or state.escalation_clock_at is not None:
        return False
    return state.nudges_sent + 1 >= policy.escalate_after


def last_of_all(state: EnrolmentState, policy: Policy) -> bool:
    """Return True when the next reminder or follow-up is the last by ``max_reminders``."""
    if policy.max_reminders is None:
        return False
    return state.nudges_sent + 1 - state.nudges_before >= policy.max_reminders


def nudge_due_at(state: EnrolmentState, policy: Policy) -> datetime | None:
    """Return when the next reminder or follow-up is due, None when none is planned.

    Every 7 days (168 hours) after the invitation, the last of them, or the first click.
    """
    if state.nudge_clock_at is None or nudge_kind(state, policy) is None:
        return None
    return _latest(later(state.nudge_clock_at, policy.reminder_interval), state.nudge_put_off_until)


def escalation_due_at(state: EnrolmentState, policy: Policy) -> datetime | None:
    """Return when the manager is to be told, None while that isn't foreseeable.

    Once per person, ever: reminders and follow-ups have reached ``escalate_after``, and the last
    one has had its grace of sending days: nobody is told over a week-end that nobody works. While
    it isn't known when these days are over, this is the earliest that they can be.
    """
    if state.escalated or state.escalation_clock_at is None:
        return None
    clock_at = state.escalation_clock_at
    due_at = grace_end(state, policy, clock_at) or later(clock_at, policy.escalation_grace)
    return _latest(due_at, state.escalation_not_before)


def form_resend_allowed(state: EnrolmentState, policy: Policy, at: datetime) -> bool:
    """Say whether the public form may send this user another link at ``at``.

    One in 15 minutes, 3 a day, 10 in 30 days; the last invitation counts for the first of these.
    """
    recent = [sent for sent in state.form_resends if sent > later(at, -policy.month)]
    today = [sent for sent in recent if sent > later(at, -policy.day)]
    latest = max([*recent, *([state.invite_sent_at] if state.invite_sent_at else [])], default=None)
    return (
        (latest is None or at - latest >= policy.resend_gap)
        and len(today) < policy.resends_per_day
        and len(recent) < policy.resends_per_month
    )


def _kind_by_status(state: EnrolmentState, policy: Policy) -> MailKind | None:
    if state.status is InviteStatus.SENT:
        return MailKind.REMINDER
    return MailKind.FOLLOW_UP if state.status in CLICKED and policy.follow_up else None


def _latest(due: datetime, not_before: datetime | None) -> datetime:
    return due if not_before is None else max(due, not_before)
