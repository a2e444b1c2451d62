"""When the next reminder, follow-up or escalation is due, and what the form may send."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.enrolment.due_dates import (
    escalation_due_at,
    form_resend_allowed,
    last_before_manager,
    last_of_all,
    nudge_due_at,
    nudge_kind,
)
from domain.enrolment.mail.resends import resend_asked
from domain.enrolment.policy import Policy
from domain.enrolment.transitions import link_clicked, mail_sent
from domain.status import InviteStatus, MailKind
from tests.domain.enrolment.states import (
    DAY,
    HOUR,
    MINUTE,
    POLICY,
    START,
    WEEK,
    clicked,
    in_group,
    pending,
    reminded,
    sent,
)

OFF = replace(POLICY, follow_up=False)


@pytest.mark.parametrize(
    ("status", "policy", "kind"),
    [
        (InviteStatus.PENDING, POLICY, None),
        (InviteStatus.SENT, POLICY, MailKind.REMINDER),
        (InviteStatus.CLICKED, POLICY, MailKind.FOLLOW_UP),
        (InviteStatus.ADDED_TO_GROUP, POLICY, MailKind.FOLLOW_UP),
        (InviteStatus.CLICKED, OFF, None),
        (InviteStatus.ADDED_TO_GROUP, OFF, None),
        (InviteStatus.ACTIVE, POLICY, None),
    ],
)
def test_kind_follows_the_status(
    status: InviteStatus, policy: Policy, kind: MailKind | None
) -> None:
    """Reminders while Sent, follow-ups after the click, nothing before and after."""
    assert nudge_kind(pending(status=status), policy) is kind


def test_reminder_is_due_168_hours_after_invitation_and_reminder() -> None:
    """Seven days from mail to mail, to the second."""
    assert nudge_due_at(sent(), POLICY) == START + timedelta(hours=168)
    assert nudge_due_at(reminded(1), POLICY) == START + 2 * WEEK
    assert nudge_due_at(pending(), POLICY) is None


def test_follow_up_is_due_a_week_after_the_click_and_the_last_one() -> None:
    """The click starts the clock, and so does every follow-up."""
    state = in_group(START + 3 * DAY)
    assert nudge_due_at(state, POLICY) == START + 10 * DAY
    mail_sent(state, MailKind.FOLLOW_UP, START + 10 * DAY, POLICY)
    assert nudge_due_at(state, POLICY) == START + 17 * DAY


@pytest.mark.parametrize(("bound", "due"), [(None, True), (4, True), (3, False)])
def test_reminders_and_follow_ups_end_together_at_their_bound(bound: int | None, due: bool) -> None:
    """Two reminders and a follow-up are three of ``MAX_REMINDERS``, the click notwithstanding."""
    policy = replace(POLICY, max_reminders=bound)
    state = reminded(2)
    link_clicked(state, START + 15 * DAY, policy)
    mail_sent(state, MailKind.FOLLOW_UP, START + 22 * DAY, policy)
    assert (nudge_due_at(state, policy) is not None) is due


@pytest.mark.parametrize(("from_form", "due"), [(False, 21 * DAY), (True, None)])
def test_a_new_link_from_an_admin_alone_begins_the_count_anew(
    from_form: bool, due: timedelta | None
) -> None:
    """Else whoever fills in the form could be reminded for ever; the lifetime count goes on."""
    policy = replace(POLICY, max_reminders=2)
    state = reminded(2)
    assert nudge_due_at(state, policy) is None
    assert resend_asked(state, START + 15 * DAY, policy, from_form=from_form)
    mail_sent(state, MailKind.INVITATION, START + 15 * DAY, policy)
    assert nudge_due_at(state, policy) == (START + due if due else None)
    assert state.nudges_sent == 2


def test_the_nudge_that_the_manager_follows_is_known_before_it_leaves() -> None:
    """The second of two; not the third, while a manager is still looked for, nor any afterwards."""
    told = [last_before_manager(reminded(times), POLICY) for times in range(4)]
    assert told == [False, True, False, False]
    assert last_before_manager(clicked(), replace(POLICY, escalate_after=1))


@pytest.mark.parametrize(
    ("bound", "told"), [(2, [False, True]), (1, [True, True]), (None, [False, False])]
)
def test_the_last_nudge_is_known_before_it_leaves(bound: int | None, told: list[bool]) -> None:
    """It is the one that reaches ``MAX_REMINDERS``; without a bound none is."""
    policy = replace(POLICY, max_reminders=bound)
    assert [last_of_all(reminded(times), policy) for times in range(2)] == told


def test_after_a_new_link_from_an_admin_the_last_nudge_is_another() -> None:
    """The bound counts from there on."""
    policy = replace(POLICY, max_reminders=2)
    state = reminded(2)
    assert resend_asked(state, START + 15 * DAY, policy, from_form=False)
    assert not last_of_all(state, policy)


@pytest.mark.parametrize(("times", "due"), [(0, None), (1, None), (2, 15 * DAY), (3, 15 * DAY)])
def test_escalation_is_due_a_day_after_the_second_reminder(
    times: int, due: timedelta | None
) -> None:
    """Two reminders and 24 hours: day 15; later reminders don't move it."""
    assert escalation_due_at(reminded(times), POLICY) == (START + due if due else None)


def test_escalation_counts_reminders_and_follow_ups_together() -> None:
    """One of each is two."""
    state = reminded(1)
    link_clicked(state, START + 8 * DAY, POLICY)
    mail_sent(state, MailKind.FOLLOW_UP, START + 15 * DAY, POLICY)
    assert escalation_due_at(state, POLICY) == START + 16 * DAY


def test_escalation_is_never_due_again() -> None:
    """Once the manager was told, nothing more is planned."""
    state = reminded(2)
    mail_sent(state, MailKind.ESCALATION, START + 15 * DAY, POLICY)
    mail_sent(state, MailKind.REMINDER, START + 21 * DAY, POLICY)
    assert escalation_due_at(state, POLICY) is None


def test_first_click_in_the_grace_restarts_it_once() -> None:
    """20 hours into the grace a first click gives 24 more; a second click gives none."""
    state = reminded(2)
    at = START + 2 * WEEK + 20 * HOUR
    link_clicked(state, at, POLICY)
    assert escalation_due_at(state, POLICY) == at + DAY
    resend_asked(state, at + HOUR, POLICY, from_form=False)
    mail_sent(state, MailKind.INVITATION, at + HOUR, POLICY)
    link_clicked(state, at + 2 * HOUR, POLICY)
    assert escalation_due_at(state, POLICY) == at + DAY


@pytest.mark.parametrize("after", [timedelta(days=13), 15 * DAY, 20 * DAY])
def test_click_outside_the_grace_does_not_restart_it(after: timedelta) -> None:
    """A click before the second reminder or after the grace changes nothing."""
    state = reminded(2)
    link_clicked(state, START + after, POLICY)
    assert escalation_due_at(state, POLICY) == START + 15 * DAY


def test_form_waits_15_minutes_after_the_invitation() -> None:
    """The last invitation counts for the gap; after it, so does the last resend."""
    state = sent()
    assert not form_resend_allowed(state, POLICY, START + 15 * MINUTE - timedelta(seconds=1))
    assert form_resend_allowed(state, POLICY, START + 15 * MINUTE)
    assert resend_asked(state, START + HOUR, POLICY, from_form=True)
    assert not form_resend_allowed(state, POLICY, START + HOUR + 14 * MINUTE)


def test_form_sends_three_a_day() -> None:
    """The fourth within 24 hours is refused; when the first is a day old, one is free again."""
    state = sent(form_resends=[START + n * HOUR for n in (1, 2, 3)])
    assert not form_resend_allowed(state, POLICY, START + 24 * HOUR)
    assert form_resend_allowed(state, POLICY, START + 25 * HOUR)


def test_form_sends_ten_in_thirty_days() -> None:
    """The eleventh within 30 days is refused; after them one is free again."""
    state = sent(form_resends=[START + n * 2 * DAY for n in range(1, 11)])
    assert not form_resend_allowed(state, POLICY, START + 31 * DAY)
    assert form_resend_allowed(state, POLICY, START + 32 * DAY)


def test_news_from_before_the_last_one_is_refused() -> None:
    """A wish that arrives out of order, older than the last mail, is no new wish."""
    assert not form_resend_allowed(sent(), POLICY, START - HOUR)


def test_click_state_has_a_clock() -> None:
    """Whoever clicked has a follow-up planned, also before the group has answered."""
    assert nudge_due_at(clicked(), POLICY) == START + HOUR + WEEK
