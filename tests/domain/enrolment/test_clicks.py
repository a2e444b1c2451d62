"""What a click and an open change, also those that are told late."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.enrolment.due_dates import nudge_due_at
from domain.enrolment.mail.resends import resend_asked
from domain.enrolment.state import EnrolmentState, Problem, ProblemKind
from domain.enrolment.transitions import (
    email_opened,
    link_clicked,
    mail_sent,
)
from domain.status import Concern, InviteStatus, MailKind
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
