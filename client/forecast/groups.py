"""People as our tables count them, as the forecast and its rates begin with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from database.figures.standing import StandingGroup
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState, SendTime
from domain.forecast.cohort import LastMail
from domain.forecast.forecast import Group, Load
from domain.forecast.seen_rates import SeenGroup
from domain.instants import later
from domain.mail.send_hours import with_send_hours_text
from domain.status import InviteStatus, MailKind
from domain.tables.enrolment import NextStep
from domain.tables.rollout import Sender

_NUDGES = frozenset({NextStep.REMINDER, NextStep.FOLLOW_UP})
_CLICKED = frozenset({InviteStatus.CLICKED, InviteStatus.ADDED_TO_GROUP})


def loads_of(
    groups: Iterable[StandingGroup], policy: Policy, senders: Sequence[str], now: datetime
) -> list[Load]:
    """Return everybody of whom something is expected, by mailbox; each of ``senders`` has one."""
    by_sender: dict[str | None, list[Group]] = defaultdict(list, {one: [] for one in senders})
    for group in groups:
        if not group.registered and not group.idle:
            by_sender[group.sender].append(_group(group, policy, now))
    # Where no mailbox is recorded yet, people are spread over all, as an import does it.
    unknown = by_sender.pop(None, [])
    if unknown and not by_sender:
        return [Load(groups=unknown)]
    spread = [replace(group, people=group.people / len(by_sender)) for group in unknown]
    return [Load(groups=[*found, *spread], sender=sender) for sender, found in by_sender.items()]


def with_blocks(loads: Iterable[Load], mailboxes: Iterable[Sender]) -> list[Load]:
    """Return the same loads with what keeps their mailboxes from sending."""
    known = {mailbox.address: mailbox for mailbox in mailboxes}
    return [
        replace(
            load,
            blocked=mailbox.is_blocked,
            throttled_until=mailbox.throttled_until,
        )
        if (mailbox := known.get(load.sender or "")) is not None
        else load
        for load in loads
    ]


def seen_of(groups: Iterable[StandingGroup], policy: Policy, now: datetime) -> list[SeenGroup]:
    """Return what people who were invited have done so far; of idle people nothing is learnt."""
    return [
        SeenGroup(
            people=group.people,
            registered=group.registered,
            nudges=group.reminders_sent + group.follow_ups_sent,
            escalated=group.escalated,
            clicked_only=group.clicked and (group.follow_ups_sent > 0 or not group.registered),
            days=_days_since(_mailed_at(group, policy), policy, now),
            # Follow-ups have no date in the tables.
            acted_after=None if group.follow_ups_sent else group.acted_after,
            settled=group.mailed_at is None,
        )
        for group in groups
        if _was_invited(group) and (group.registered or not group.idle)
    ]


def _was_invited(group: StandingGroup) -> bool:
    if group.registered:
        return group.acted_after is not None
    return group.status is not InviteStatus.PENDING


def _days_since(at: datetime | None, policy: Policy, now: datetime) -> float | None:
    return None if at is None else (now - at) / policy.day


def _mailed_at(group: StandingGroup, policy: Policy) -> datetime | None:
    """Return when the last mail left; a follow-up's day follows from when the next is due."""
    if group.follow_ups_sent and group.next_step in _NUDGES and group.due_at:
        return later(group.due_at, -policy.reminder_interval)
    return group.mailed_at


def _group(group: StandingGroup, policy: Policy, now: datetime) -> Group:
    state = _state(group, policy, now)
    mail = None
    mailed_at = _mailed_at(group, policy)
    waits_to_act = group.status is InviteStatus.SENT or group.follow_ups_sent or group.escalated
    if mailed_at is not None and waits_to_act:
        mail = LastMail(
            kind=_last_kind(group, policy), number=max(1, state.nudges_sent), left_at=mailed_at
        )
    slot = group.due_at if group.next_step is NextStep.INVITATION else None
    return Group(
        people=group.people,
        state=state,
        invite_not_before=slot,
        mail=mail,
        window=with_send_hours_text(policy.window, group.send_hours),
    )


def _last_kind(group: StandingGroup, policy: Policy) -> MailKind:
    nudges = group.reminders_sent + group.follow_ups_sent
    if group.escalated and nudges <= policy.escalate_after:
        return MailKind.ESCALATION
    return MailKind.REMINDER if nudges else MailKind.INVITATION


def _state(group: StandingGroup, policy: Policy, now: datetime) -> EnrolmentState:
    """Return a state from which the rules lead to the next step at the same time."""
    state = EnrolmentState(
        status=group.status,
        reminders_sent=group.reminders_sent,
        follow_ups_sent=group.follow_ups_sent,
        escalated=group.escalated,
    )
    due_at = group.due_at or now
    match group.next_step:
        case NextStep.REMINDER | NextStep.FOLLOW_UP:
            state.nudge_clock_at = later(due_at, -policy.reminder_interval)
            if policy.max_reminders is not None:
                # An admin has asked for a new link: the bound counts from there.
                state.nudges_before = max(0, state.nudges_sent - policy.max_reminders + 1)
        case NextStep.ESCALATION:
            clock_at = later(due_at, -policy.escalation_grace)
            state.escalation_clock_at = state.nudge_clock_at = clock_at
            state.grace_end = SendTime(asked=clock_at, answer=due_at)
        case NextStep.RESEND:
            state.resend_wanted = True
        case NextStep.GROUP if group.status in _CLICKED:
            state.nudge_clock_at = due_at
        case _:
            pass
    return state
