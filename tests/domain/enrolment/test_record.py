"""The row that programs read says what happens next, and when."""

from datetime import timedelta

from domain.enrolment.record import record_of
from domain.enrolment.state import EnrolmentState
from domain.records.enrolment import NextStep
from tests.domain.enrolment.states import START, WEEK, an_input, clicked, pending, sent


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
