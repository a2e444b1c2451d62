"""How facts change an enrolment: clicks, opens, mails, registrations, absences."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.enrolment.due_dates import nudge_due_at
from domain.enrolment.problems import problem_met, solved
from domain.enrolment.state import (
    SEEN_EVENTS_KEPT,
    Concern,
    EnrolmentState,
    Problem,
    ProblemKind,
)
from domain.enrolment.status import InviteStatus, MailKind
from domain.enrolment.transitions import (
    activated,
    added_to_group,
    cancelled,
    disabled,
    disabled_too_long,
    email_opened,
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
from domain.mail.resends import resend_asked
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


@pytest.mark.parametrize("state", [pending(), sent()])
def test_click_counts_while_pending_and_sent(state: EnrolmentState) -> None:
    """A click makes Clicked, dates it, and withdraws a link that was asked for."""
    state.resend_wanted = True
    link_clicked(state, START + HOUR, POLICY)
    assert state.status == "Clicked"
    assert state.clicked_at == state.last_click_at == START + HOUR
    assert not state.resend_wanted


@pytest.mark.parametrize(
    "status", [InviteStatus.CLICKED, InviteStatus.ADDED_TO_GROUP, InviteStatus.ACTIVE]
)
def test_repeated_clicks_change_nothing(status: InviteStatus) -> None:
    """After the first click every other one leaves the state as it is."""
    state = replace(clicked(), status=status)
    before = replace(state)
    link_clicked(state, START + DAY, POLICY)
    assert state == before


def test_click_after_a_resend_keeps_the_first_date() -> None:
    """The first click's date and clock stay; the latest click is known to the poll."""
    state = in_group(START + HOUR)
    resend_asked(state, START + DAY, POLICY, from_form=False)
    mail_sent(state, MailKind.INVITATION, START + DAY, POLICY)
    link_clicked(state, START + 2 * DAY, POLICY)
    assert state.status is InviteStatus.CLICKED
    assert state.clicked_at == START + HOUR
    assert state.last_click_at == START + 2 * DAY
    assert state.nudge_clock_at == START + HOUR


def test_news_of_a_click_that_come_late_do_not_hurry_a_mail() -> None:
    """A click from before the last reminder doesn't bring the follow-up nearer to it."""
    state = reminded(1)
    link_clicked(state, START + WEEK - HOUR, POLICY)
    assert state.clicked_at == START + WEEK - HOUR
    assert nudge_due_at(state, POLICY) == START + 2 * WEEK


@pytest.mark.parametrize(
    ("early", "dated", "due"),
    [
        # An outbox held it for some hours.
        (5 * HOUR, 6 * DAY - 5 * HOUR, 13 * DAY - 5 * HOUR),
        (DAY, 5 * DAY, 12 * DAY),
        # Held for days, or dated by a wrong clock.
        (2 * DAY, 4 * DAY, 12 * DAY),
        (WEEK, 0 * DAY, 12 * DAY),
    ],
)
def test_a_click_that_is_dated_early_is_not_followed_up_at_once(
    early: timedelta, dated: timedelta, due: timedelta
) -> None:
    """For the clock it is a day old at most, and it isn't dated before the invitation."""
    state, told_at = sent(), START + 6 * DAY
    link_clicked(state, told_at - early, POLICY, told_at=told_at)
    assert state.clicked_at == START + dated
    assert nudge_due_at(state, POLICY) == START + due


def test_a_click_that_shows_that_mail_arrives_starts_the_clock_no_earlier() -> None:
    """The clock that a returned mail has stopped begins a day before the click was told."""
    state, told_at = sent(), START + 6 * DAY
    kind = ProblemKind.MAIL_RETURNED
    state.returned = Problem(concern=Concern.DELIVERY, kind=kind, since=START)
    link_clicked(state, START, POLICY, told_at=told_at)
    assert state.nudge_clock_at == told_at - DAY


def test_what_is_told_late_may_be_from_a_mail_before_the_last() -> None:
    """After a new link has left, a click or an open may be of the link before."""
    state = sent()
    resend_asked(state, START + DAY, POLICY, from_form=False)
    mail_sent(state, MailKind.INVITATION, START + 2 * DAY, POLICY)
    link_clicked(state, START + HOUR, POLICY, told_at=START + 3 * DAY)
    email_opened(state, START + MINUTE)
    assert (state.clicked_at, state.opened_at) == (START + HOUR, START + MINUTE)


def test_first_open_is_not_before_the_invitation() -> None:
    """The clock of whoever shows the image may be wrong."""
    state = sent()
    email_opened(state, START - WEEK)
    assert state.opened_at == START


def test_first_open_is_dated_and_no_status() -> None:
    """The pixel's first fetch is dated; the status stays."""
    state = sent()
    email_opened(state, START + HOUR)
    email_opened(state, START + DAY)
    assert state.opened_at == START + HOUR
    assert state.status is InviteStatus.SENT


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
    activated(state)
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
    solved(state, Concern.MAIL)
    included(state)
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
