"""The row that programs read says what happens next, and when."""

from datetime import timedelta

import pytest

from domain.enrolment.messages import MailBounced
from domain.enrolment.problems import problem_arose
from domain.enrolment.record import record_of
from domain.enrolment.state import EnrolmentEnd, EnrolmentState, ProblemKind
from domain.enrolment.status import MailKind
from domain.enrolment.story import PENDING_KEPT, told
from domain.enrolment.transitions import (
    cancelled,
    email_opened,
    ended,
    link_clicked,
    paused,
    registration_seen,
)
from domain.mail.bounces import mail_bounced
from domain.records.attention import AttentionKind
from domain.records.enrolment import EnrolmentRecord, NextStep
from domain.records.story import StoryKind
from tests.domain.enrolment.states import (
    ADMIN,
    HOUR,
    POLICY,
    START,
    WEEK,
    an_input,
    clicked,
    pending,
    reminded,
    sent,
)


def row_of(state: EnrolmentState) -> EnrolmentRecord:
    """Return the row as it is written a month later."""
    return record_of(an_input(), state, START + 4 * WEEK)


def _next(state: EnrolmentState, after: timedelta) -> tuple[object, object]:
    row = record_of(an_input(), state, START + after)
    return row.next_step, row.due_at


def test_what_comes_later_has_its_date() -> None:
    """A reminder is told with the day on which it is due."""
    assert _next(sent(), timedelta(days=1)) == (NextStep.REMINDER, START + WEEK)


def test_what_is_due_at_once_has_no_date() -> None:
    """A row isn't written again only because time has passed."""
    assert _next(pending(), timedelta(0)) == (NextStep.INVITATION, None)
    assert _next(pending(), timedelta(days=1)) == (NextStep.INVITATION, None)
    assert _next(sent(), timedelta(days=9)) == (NextStep.REMINDER, None)
    assert _next(clicked(), timedelta(days=1)) == (NextStep.GROUP, None)


def test_a_new_link_is_told_from_an_invitation() -> None:
    """Whoever asked for a link gets it at any hour, and invitations wait for the window."""
    assert _next(pending(resend_wanted=True), timedelta(0)) == (NextStep.RESEND, None)


def test_attention_says_the_most_pressing_reason() -> None:
    """Who got no mail is not called somebody who ignores it."""
    state = reminded(2)
    problem_arose(state, ProblemKind.NO_MANAGER, START)
    assert row_of(state).attention is AttentionKind.NO_MANAGER
    event = MailBounced(
        event_id="1", at=START, kind=MailKind.REMINDER, run_id="r", number=3, code="5.1.1"
    )
    mail_bounced(state, event, "r", START + HOUR)
    row = row_of(state)
    assert (row.attention, row.attention_since) == (AttentionKind.BOUNCED, START + HOUR)


def test_why_it_ended_is_no_problem() -> None:
    """An admin's cancel needs nobody; a failed enrolment does."""
    state = sent()
    cancelled(state, ADMIN, START + HOUR)
    ended(state, EnrolmentEnd.CANCELLED, START + HOUR)
    row = row_of(state)
    assert (row.ended, row.ended_at) == (EnrolmentEnd.CANCELLED, START + HOUR)
    assert (row.problem, row.attention, row.next_step) == (None, None, None)
    failed = pending()
    ended(failed, EnrolmentEnd.FAILED, START)
    assert row_of(failed).attention is AttentionKind.FAILED


@pytest.mark.parametrize(
    ("state", "mail"),
    [
        (pending(), None),
        (sent(), "invitation"),
        (reminded(2), "reminder-2"),
        (reminded(2, escalated=True), "escalation"),
    ],
)
def test_tells_the_mail_that_worked(state: EnrolmentState, mail: str | None) -> None:
    """The last mail before the registration was seen is what it came after."""
    assert row_of(state).registered_after is None
    registration_seen(state, START + 3 * WEEK)
    assert row_of(state).registered_after == mail


def test_the_story_has_every_event_once_in_order() -> None:
    """Numbers go up by one, and what changed nothing is no event."""
    state = reminded(1, run_id="run")
    link_clicked(state, START + 8 * WEEK, POLICY)
    link_clicked(state, START + 9 * WEEK, POLICY)
    email_opened(state, START + 9 * WEEK)
    email_opened(state, START + 10 * WEEK)
    kinds = [event.kind for event in state.story]
    assert kinds == [
        StoryKind.INVITED,
        StoryKind.REMINDED,
        StoryKind.CLICKED,
        StoryKind.OPENED,
    ]
    assert [(event.run_id, event.number) for event in state.story] == [
        ("run", number) for number in (1, 2, 3, 4)
    ]
    told(state, 3)
    assert [event.number for event in state.story] == [4]


def test_a_long_outage_keeps_a_bounded_story() -> None:
    """While the database is away the oldest events give way; the numbers show that some did."""
    state = pending()
    for number in range(PENDING_KEPT + 7):
        paused(state, ADMIN, START + number * HOUR)
    assert len(state.story) == PENDING_KEPT
    assert state.story[0].number == 8
