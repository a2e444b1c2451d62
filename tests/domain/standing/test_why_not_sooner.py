"""There is always a reason why the next step doesn't happen sooner, and it is a true one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.mail.returned.blocked_sender import remedy
from domain.mail.send_window import SendWindow
from domain.standing.why_not_sooner import (
    WORKER_MISSING_AFTER,
    Hold,
    HoldReason,
)
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import SenderState
from domain.tables.rollout import MailControl
from domain.tables.sending import SendingPolicy
from tests.domain.standing.rows import (
    DAY,
    HOUR,
    MINUTE,
    MOMENT,
    NOW,
    OFFICE,
    holds,
    mailbox,
    reasons,
    row,
)

ESCALATION = {"next_step": NextStep.ESCALATION}
STOPPED = MailControl(mail_stopped=True, since=NOW - HOUR, actor="Ada", reason="phishing alarm")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"ended": EnrolmentEnd.ACTIVE}, HoldReason.ENDED),
        ({"next_step": None}, HoldReason.PERSON),
        ({"next_step": None, "paused_by": "Ada", "paused_reason": "leave"}, HoldReason.PAUSED),
        ({"next_step": None, "disabled_since": NOW - DAY}, HoldReason.DISABLED),
        ({"next_step": None, "returned_since": NOW - DAY}, HoldReason.RETURNED),
        ({"excluded": True}, HoldReason.EXCLUDED),
        ({"next_step": NextStep.GROUP, "excluded": True}, HoldReason.EXCLUDED),
        ({"attention": AttentionKind.NO_ADDRESS}, HoldReason.NO_ADDRESS),
        ({**ESCALATION, "attention": AttentionKind.NO_ADDRESS}, HoldReason.TURN),
        ({"attention": AttentionKind.NO_MANAGER}, HoldReason.TURN),
        ({**ESCALATION, "attention": AttentionKind.NO_MANAGER}, HoldReason.NO_MANAGER),
        ({"next_step": NextStep.GROUP, "attention": AttentionKind.NO_ADDRESS}, HoldReason.TURN),
        ({"next_step": NextStep.GROUP, "due_at": NOW + HOUR}, HoldReason.RETRY),
        ({"next_step": NextStep.GROUP}, HoldReason.TURN),
        ({"mail_not_before": NOW + HOUR, "due_at": NOW + HOUR}, HoldReason.RETRY),
        ({"mail_not_before": NOW - HOUR}, HoldReason.TURN),
        ({"due_at": NOW + DAY}, HoldReason.NOT_DUE),
        ({"due_at": NOW - DAY}, HoldReason.TURN),
        ({"due_at": NOW}, HoldReason.TURN),
        ({"due_at": NOW + MOMENT}, HoldReason.NOT_DUE),
        ({"mail_not_before": NOW, "due_at": NOW}, HoldReason.TURN),
        ({"next_step": NextStep.GROUP, "due_at": NOW}, HoldReason.TURN),
        ({"next_step": NextStep.INVITATION, "slot_at": NOW}, HoldReason.TURN),
        ({"next_step": NextStep.INVITATION, "slot_at": NOW + MOMENT}, HoldReason.SLOT),
        ({}, HoldReason.TURN),
    ],
)
def test_what_holds_one_person(values: dict[str, Any], reason: HoldReason) -> None:
    """Each own hold is the only reason where there is nothing else."""
    assert reasons(row(**values)) == [reason]


def test_a_wave_is_waited_for_by_its_first_invitation_alone() -> None:
    """The slot of the import holds the invitation, and no reminder or new link."""
    slot = {"slot_at": NOW + DAY, "due_at": NOW + DAY}
    pending = row(status=InviteStatus.PENDING, next_step=NextStep.INVITATION, **slot)
    assert holds(pending) == (Hold(reason=HoldReason.SLOT, until=NOW + DAY),)
    assert HoldReason.SLOT not in reasons(replace(pending, next_step=NextStep.RESEND))
    assert HoldReason.SLOT not in reasons(row(**slot))


def test_outside_the_window_a_due_mail_waits_for_the_opening() -> None:
    """On Thursday evening it is Friday morning; a new link waits for no window."""
    office, evening = SendingPolicy(window=OFFICE), NOW.replace(hour=20)
    given = {"policy": office, "now": evening, "worker_seen_at": evening}
    (hold,) = holds(row(), **given)
    assert hold == Hold(reason=HoldReason.WINDOW, until=NOW.replace(day=27, hour=8))
    new_link = row(status=InviteStatus.PENDING, next_step=NextStep.RESEND)
    assert reasons(new_link, **given) == [HoldReason.TURN]


def test_the_hours_of_ones_own_import_count() -> None:
    """On Thursday at 20:00 only people wait whose row has other hours than the evening's."""
    evening = NOW.replace(hour=20)
    given = {"now": evening, "worker_seen_at": evening}
    office = SendingPolicy(window=OFFICE)
    assert reasons(row(send_hours="20:00-22:00 thu"), policy=office, **given) == [HoldReason.TURN]
    in_the_morning = row(send_hours="06:00-08:00 fri")
    (hold,) = holds(in_the_morning, **given)
    assert hold == Hold(reason=HoldReason.WINDOW, until=NOW.replace(day=27, hour=6))
    put_off = row(due_at=NOW.replace(day=27, hour=6, minute=10), send_hours="06:00-08:00 fri")
    assert reasons(put_off) == [HoldReason.WINDOW]


def test_a_mail_that_was_put_off_to_an_opening_says_so() -> None:
    """A reminder on Friday at 08:10 waits for the window, one at 12:00 for its own date."""
    office = SendingPolicy(window=OFFICE)
    at_opening, at_noon = NOW.replace(day=27, hour=8, minute=10), NOW.replace(day=27, hour=12)
    assert reasons(row(due_at=at_opening), policy=office) == [HoldReason.WINDOW]
    assert reasons(row(due_at=at_noon), policy=office) == [HoldReason.NOT_DUE]


def test_a_window_that_never_opens_is_a_reason() -> None:
    """Without any sending day in a year there is no date to tell."""
    closed = tuple(NOW.date() + timedelta(days=day) for day in range(-1, 400))
    never = SendingPolicy(window=SendWindow(closed_dates=closed))
    assert holds(row(), policy=never) == (Hold(reason=HoldReason.WINDOW),)


def test_a_stop_says_who_and_why() -> None:
    """Stopped mail holds every mail, one that isn't due yet too, and no step of the group."""
    (hold,) = holds(row(), control=STOPPED)
    assert (hold.reason, hold.since, hold.actor, hold.why) == (
        HoldReason.MAIL_STOPPED,
        STOPPED.since,
        "Ada",
        "phishing alarm",
    )
    later = reasons(row(due_at=NOW + DAY), control=STOPPED)
    assert later == [HoldReason.MAIL_STOPPED, HoldReason.NOT_DUE]
    assert reasons(row(next_step=NextStep.GROUP), control=STOPPED) == [HoldReason.TURN]
    assert reasons(row(), control=replace(STOPPED, mail_stopped=False)) == [HoldReason.TURN]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (SenderState.STOPPED, HoldReason.MAILBOX_STOPPED),
        (SenderState.PAUSED, HoldReason.MAILBOX_PAUSED),
    ],
)
def test_a_blocked_mailbox_is_a_reason(state: SenderState, reason: HoldReason) -> None:
    """What an admin has to do about the code says why."""
    (hold,) = holds(row(), mailbox=mailbox(state))
    assert (hold.reason, hold.why) == (reason, remedy("5.1.8"))
    assert "5.1.8" in remedy("5.1.8")


def test_a_budget_holds_what_is_due() -> None:
    """Invitations use 60 % of the day at most; what is due later isn't held by it."""
    policy = SendingPolicy(per_day=100)
    invitation = row(status=InviteStatus.PENDING, next_step=NextStep.INVITATION)
    for one, sent, expected in (
        (row(), 99, HoldReason.TURN),
        (row(), 100, HoldReason.BUDGET),
        (invitation, 59, HoldReason.TURN),
        (invitation, 60, HoldReason.BUDGET),
        (row(due_at=NOW + DAY), 100, HoldReason.NOT_DUE),
    ):
        assert reasons(one, mailbox=mailbox(last_day=sent), policy=policy) == [expected]


@pytest.mark.parametrize("step", NextStep)
def test_without_a_worker_nothing_happens(step: NextStep) -> None:
    """Whatever is next, a worker that was never seen, or not for long, is a reason."""
    one = row(next_step=step)
    gone = NOW - WORKER_MISSING_AFTER - timedelta(seconds=1)
    assert HoldReason.WORKER_MISSING in reasons(one, worker_seen_at=None)
    assert HoldReason.WORKER_MISSING in reasons(one, worker_seen_at=gone)
    assert HoldReason.WORKER_MISSING not in reasons(one, worker_seen_at=NOW - HOUR / 60)


@pytest.mark.parametrize(
    ("step", "last_day", "held"),
    [
        (NextStep.REMINDER, 749, False),
        (NextStep.REMINDER, 750, True),
        (NextStep.INVITATION, 449, False),
        (NextStep.INVITATION, 450, True),
    ],
)
def test_a_full_day_is_the_limit_of_a_mailbox(step: NextStep, last_day: int, held: bool) -> None:
    """It is 750 mails in 24 hours, of which invitations may use six tenths."""
    found = reasons(row(next_step=step, due_at=NOW), mailbox=mailbox(last_day=last_day))
    assert (HoldReason.BUDGET in found) is held


@pytest.mark.parametrize(("ago", "missing"), [(2 * MINUTE, False), (2 * MINUTE + MOMENT, True)])
def test_a_worker_is_missing_after_two_minutes(ago: timedelta, missing: bool) -> None:
    """It reports itself every 30 seconds."""
    found = reasons(row(), worker_seen_at=NOW - ago)
    assert (HoldReason.WORKER_MISSING in found) is missing
