"""How facts change an enrolment: clicks, opens, mails, registrations, absences."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.enrolment.problems import problem_met, solved
from domain.enrolment.state import SEEN_EVENTS_KEPT, EnrolmentState
from domain.enrolment.transitions import (
    activated,
    added_to_group,
    cancelled,
    disabled,
    disabled_too_long,
    enabled,
    first_seen,
    gone,
    included,
    kept_out_of_group,
    link_clicked,
    mail_sent,
    mail_withheld,
    registration_seen,
    unknown_user,
)
from domain.mail.content import Withheld
from domain.status import Concern, InviteStatus, MailKind
from tests.domain.enrolment.states import (
    ADMIN,
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


def test_events_are_new_once() -> None:
    """A repeated event is known; of many the latest hundred are remembered."""
    state = pending()
    assert first_seen(state, "a")
    assert not first_seen(state, "a")
    for number in range(SEEN_EVENTS_KEPT):
        assert first_seen(state, f"event-{number}")
    assert len(state.seen_events) == SEEN_EVENTS_KEPT
    assert first_seen(state, "a")


def test_mails_are_dated_and_counted() -> None:
    """A reminder counts for the column and for life, a follow-up for life only."""
    state = reminded(1)
    assert (state.reminder_count, state.reminders_sent) == (1, 1)
    assert state.last_reminder_at == START + WEEK
    link_clicked(state, START + 8 * DAY, POLICY)
    mail_sent(state, MailKind.FOLLOW_UP, START + 15 * DAY, POLICY)
    assert (state.reminder_count, state.follow_ups_sent, state.nudges_sent) == (1, 1, 2)
    mail_sent(state, MailKind.ESCALATION, START + 16 * DAY, POLICY)
    assert (state.escalated, state.escalated_at) == (True, START + 16 * DAY)
    assert state.status is InviteStatus.CLICKED


def test_invitation_that_left_as_the_click_came_does_not_undo_it() -> None:
    """A click that arrives while the invitation is being sent stays a click."""
    state = pending()
    link_clicked(state, START, POLICY)
    mail_sent(state, MailKind.INVITATION, START + HOUR, POLICY)
    assert state.status is InviteStatus.CLICKED
    assert state.invite_sent_at == START + HOUR


@pytest.mark.parametrize("reason", list(Withheld))
def test_withheld_mail_has_a_consequence(reason: Withheld) -> None:
    """Whatever holds a mail back, the state says so or says when to look again."""
    state = sent()
    before = replace(state)
    mail_withheld(state, reason, START + WEEK, POLICY)
    assert state != before
    consequences = {
        Withheld.REGISTERED: state.registered_at == START + WEEK,
        Withheld.DISABLED: state.disabled_since == START + WEEK,
        Withheld.EXCLUDED: state.excluded and state.mail_not_before == START + 8 * DAY,
        Withheld.MISSING: state.mail_not_before == START + 8 * DAY,
        Withheld.NO_ADDRESS: state.mail_not_before == START + 2 * WEEK,
        Withheld.WINDOW_CLOSED: state.mail_not_before == START + WEEK + MINUTE,
        Withheld.NO_MANAGER: state.escalation_not_before == START + 2 * WEEK,
    }
    assert consequences[reason]
    assert (state.invite_sent_at, state.nudges_sent) == (START, 0)


def test_group_is_dated_once() -> None:
    """The first membership's date stays; the status only moves from Clicked."""
    state = in_group(START + HOUR)
    added_to_group(state, START + DAY, by_us=True)
    assert state.added_to_group_at == START + HOUR
    assert state.status is InviteStatus.ADDED_TO_GROUP
    registered = sent()
    added_to_group(registered, START, by_us=True)
    assert registered.status is InviteStatus.SENT


def test_excluded_from_the_group_is_asked_again_tomorrow() -> None:
    """Who was kept out is asked for in a day; once added, nothing is wrong any more."""
    state = clicked()
    kept_out_of_group(state, START + DAY, POLICY)
    assert state.excluded
    assert state.group_not_before == START + 2 * DAY
    added_to_group(state, START + 2 * DAY, by_us=True)
    assert not state.excluded
    assert (state.problem, state.group_not_before) == (None, None)


def test_registration_is_dated_once() -> None:
    """The first detection is never overwritten; the last look is."""
    state = sent()
    registration_seen(state, START + HOUR)
    registration_seen(state, START + DAY)
    assert state.registered
    assert (state.registered_at, state.last_checked_at) == (START + HOUR, START + DAY)


def test_active_leaves_no_complaint() -> None:
    """What was wrong on the way is over."""
    state = sent()
    problem_met(state, Concern.MAIL, "It failed.", START)
    activated(state, START)
    assert (state.status, state.problem) == (InviteStatus.ACTIVE, None)


def test_absence_stops_the_clocks() -> None:
    """Disabled for 30 days: every clock goes on where it stopped."""
    state = reminded(2, nudge_put_off_until=START + 20 * DAY)
    state.nudge_put_off_until = START + 20 * DAY
    disabled(state, START + 14 * DAY + HOUR)
    disabled(state, START + 20 * DAY)
    enabled(state, START + 44 * DAY + HOUR)
    assert state.nudge_clock_at == START + 44 * DAY
    assert state.nudge_put_off_until == START + 50 * DAY
    assert state.escalation_clock_at == START + 44 * DAY
    assert (state.disabled_since, state.problem) == (None, None)
    enabled(state, START + 60 * DAY)
    assert state.nudge_clock_at == START + 44 * DAY


def test_absence_without_clocks() -> None:
    """Somebody who was never invited has no clock to stop."""
    state = pending()
    disabled(state, START)
    enabled(state, START + DAY)
    assert (state.nudge_clock_at, state.escalation_clock_at) == (None, None)


def test_complaints_keep_their_first_date() -> None:
    """The same failure again is the same complaint; another one is a new one."""
    state = sent()
    problem_met(state, Concern.MAIL, "It failed.", START)
    problem_met(state, Concern.MAIL, "It failed.", START + DAY)
    assert state.problem is not None
    assert state.problem.since == START
    problem_met(state, Concern.MAIL, "It failed otherwise.", START + DAY)
    assert state.problem.since == START + DAY


def test_complaints_end_with_their_own_concern() -> None:
    """A mail that leaves solves nothing about the group."""
    state = clicked()
    problem_met(state, Concern.GROUP, "It failed.", START)
    solved(state, Concern.MAIL, START)
    included(state, START)
    assert state.problem is not None
    added_to_group(state, START, by_us=True)
    assert state.problem is None


@pytest.mark.parametrize(
    "end",
    [
        lambda state: cancelled(state, ADMIN, START),
        lambda state: gone(state, START),
        lambda state: unknown_user(state, START),
        lambda state: disabled_too_long(state, START),
    ],
    ids=["cancelled", "gone", "unknown", "disabled"],
)
def test_reason_of_the_end_is_the_last_word(end: Callable[[EnrolmentState], None]) -> None:
    """What fails on the way out doesn't hide why an enrolment ended."""
    state = sent()
    disabled(state, START)
    end(state)
    last = state.problem
    assert last is not None
    assert last.concern is Concern.END
    problem_met(state, Concern.MAIL, "It failed.", START + HOUR)
    assert state.problem == last


def test_only_our_own_request_makes_a_membership_ours() -> None:
    """Who was a member before isn't ours; whom we added once stays ours when asked for again."""
    state = EnrolmentState(status=InviteStatus.CLICKED)
    added_to_group(state, START, by_us=False)
    assert (state.in_group, state.added_by_us) == (True, False)
    added_to_group(state, START, by_us=True)
    added_to_group(state, START, by_us=False)
    assert state.added_by_us is True
