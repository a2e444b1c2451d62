"""What an enrolment does next: a pure function of its state, its policy and the time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.enrolment.due_dates import escalation_due_at, nudge_due_at, nudge_kind
from domain.enrolment.mail.send_times import LookUpSendTime, Question, grace_end, leaves_at
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.status import EnrolmentEnd, InviteStatus, MailKind


@dataclass(frozen=True, slots=True)
class Cancel:
    """Flush the mirror and end as CANCELED."""


@dataclass(frozen=True, slots=True)
class Complete:
    """Flush the mirror and return."""

    outcome: EnrolmentEnd


@dataclass(frozen=True, slots=True)
class AddToGroup:
    """Make the user a member of the enforcement group."""


@dataclass(frozen=True, slots=True)
class AwaitEnabled:
    """Look daily whether the disabled account is in use again."""


@dataclass(frozen=True, slots=True)
class SendMail:
    """Send this mail now; ``resend`` is an invitation that somebody asked for."""

    kind: MailKind
    resend: bool = False


class WaitFor(StrEnum):
    """What an enrolment waits for: the next step that is due, or something that has to happen."""

    INVITATION = MailKind.INVITATION.value
    REMINDER = MailKind.REMINDER.value
    FOLLOW_UP = MailKind.FOLLOW_UP.value
    ESCALATION = MailKind.ESCALATION.value
    GROUP_RETRY = "group-retry"
    CLICK_OR_REGISTRATION = "click-or-registration"
    ADDRESS = "address"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do until ``until``, or until a message arrives; None waits for a message alone."""

    until: datetime | None
    what: WaitFor


_Planned = tuple[datetime, SendMail | LookUpSendTime]

Action = Cancel | Complete | AddToGroup | AwaitEnabled | SendMail | LookUpSendTime | Wait


def next_action(
    state: EnrolmentState,
    policy: Policy,
    now: datetime,
    *,
    invite_not_before: datetime | None = None,
) -> Action:
    """Return what is to be done at ``now`` (aware UTC).

    Ends come before the group, the group before mails. Where several mails are due, the order is
    that of the mail queue: resend, escalation, reminder or follow-up, invitation.
    """
    return (
        _ending(state)
        or _group(state, policy, now)
        or (Complete(EnrolmentEnd.ACTIVE) if state.registered else None)
        or (AwaitEnabled() if state.disabled_since else None)
        or _mail(state, now, _planned(state, policy, now, invite_not_before))
    )


def next_step(
    state: EnrolmentState,
    policy: Policy,
    now: datetime,
    *,
    invite_not_before: datetime | None = None,
) -> tuple[datetime, AddToGroup | SendMail] | None:
    """Return what is done next for the user and when, None when only a message can change that.

    It is what ``next_action`` will say at that time, if nothing happens until then. What is due
    already has the time since which it is; ``now`` itself where that isn't known.
    """
    if _ending(state) or state.disabled_since:
        return None
    steps: list[tuple[datetime, AddToGroup | SendMail]] = []
    if group_wanted(state, policy):
        steps.append((state.group_not_before or _group_wanted_since(state) or now, AddToGroup()))
    if not state.registered:
        # When a mail leaves that still has to be looked up follows within seconds.
        steps += [
            (at, step)
            for at, step in _planned(state, policy, now, invite_not_before)
            if isinstance(step, SendMail)
        ]
    return min(steps, key=lambda step: max(now, step[0]), default=None)


def _ending(state: EnrolmentState) -> Action | None:
    if state.cancelled:
        return Cancel()
    if state.gone:
        return Complete(EnrolmentEnd.GONE)
    if state.disabled_too_long:
        return Complete(EnrolmentEnd.DISABLED)
    return None


def _group(state: EnrolmentState, policy: Policy, now: datetime) -> Action | None:
    if not group_wanted(state, policy):
        return None
    if state.group_not_before is None or state.group_not_before <= now:
        return AddToGroup()
    return Wait(state.group_not_before, WaitFor.GROUP_RETRY) if state.registered else None


def _mail(state: EnrolmentState, now: datetime, planned: list[_Planned]) -> Action:
    for due_at, action in planned:
        if due_at <= now:
            return action
    # While mail is blocked, nothing is asked ahead: a worker that has just failed would spin.
    if state.mail_not_before is None or state.mail_not_before <= now:
        for _, action in planned:
            if isinstance(action, LookUpSendTime):
                return action
    group_at = state.group_not_before if state.status is InviteStatus.CLICKED else None
    waits = [(due_at, WaitFor(action.kind.value)) for due_at, action in planned]
    if group_at is not None:
        waits.append((group_at, WaitFor.GROUP_RETRY))
    if not waits:
        return Wait(None, _what_is_awaited(state))
    return Wait(*min(waits))


def _what_is_awaited(state: EnrolmentState) -> WaitFor:
    if state.paused:
        return WaitFor.RESUME
    return WaitFor.ADDRESS if state.returned else WaitFor.CLICK_OR_REGISTRATION


def group_wanted(state: EnrolmentState, policy: Policy) -> bool:
    """Say whether the user should be in the group and we haven't seen them there.

    The seed's arrow to Active goes through the group, so who registers without a click joins, too.
    A membership that is only remembered, or was read from the list, is asked of Graph before that.
    An excluded user who clicked is asked for again once a day: the activity adds nobody who is
    excluded, and they may not be any more.
    """
    if state.status is InviteStatus.CLICKED and not (state.excluded and state.registered):
        return True
    if state.excluded:
        return False
    joins = policy.add_registered_users or state.in_group
    return state.registered and joins and state.group_confirmed_at is None


def _group_wanted_since(state: EnrolmentState) -> datetime | None:
    if state.status is InviteStatus.CLICKED:
        return state.last_click_at or state.clicked_at
    return state.registered_at


def _planned(
    state: EnrolmentState, policy: Policy, now: datetime, invite_not_before: datetime | None
) -> list[_Planned]:
    """List the mails that are due sometime, in the order of the queue."""
    if state.paused or state.returned:
        return []
    planned: list[tuple[datetime | None, SendMail]] = []
    if state.resend_wanted:
        planned.append((now, SendMail(MailKind.INVITATION, resend=True)))
    planned.append((escalation_due_at(state, policy), SendMail(MailKind.ESCALATION)))
    if kind := nudge_kind(state, policy):
        planned.append((nudge_due_at(state, policy), SendMail(kind)))
    if state.status is InviteStatus.PENDING and not state.resend_wanted:
        due_at = invite_not_before or state.invitation_due_at or now
        planned.append((due_at, SendMail(MailKind.INVITATION)))
    return [_step(state, policy, due_at, mail) for due_at, mail in planned if due_at is not None]


def _step(state: EnrolmentState, policy: Policy, due_at: datetime, mail: SendMail) -> _Planned:
    """Return when a mail that is due leaves, or what has to be known first.

    Not while mail is blocked, and in the window, but for resends.
    """
    at = max(due_at, state.mail_not_before or due_at)
    if mail.resend:
        return at, mail
    clock_at = state.escalation_clock_at
    if mail.kind is MailKind.ESCALATION and clock_at and not grace_end(state, policy, clock_at):
        return at, LookUpSendTime(Question.GRACE_END, mail.kind, clock_at)
    opening = leaves_at(state, policy, mail.kind, at)
    if opening is None:
        return at, LookUpSendTime(Question.OPENING, mail.kind, at)
    return opening, mail
