"""When mails leave in a send window: asked of a worker once, then remembered."""

import pytest

from domain.enrolment.decisions import SendMail, Wait, WaitFor, next_action
from domain.enrolment.due_dates import escalation_due_at
from domain.enrolment.mail.resends import resend_asked
from domain.enrolment.mail.send_times import LookUpSendTime, Question, send_time_found
from domain.enrolment.state import SendTime
from domain.enrolment.transitions import mail_sent
from domain.status import MailKind
from tests.domain.enrolment.states import (
    DAY,
    HOUR,
    IN_A_WINDOW,
    POLICY,
    START,
    WEEK,
    pending,
    reminded,
    sent,
)


def opening(kind: MailKind, at: object) -> LookUpSendTime:
    """Return the question when a mail leaves that is due at an instant."""
    return LookUpSendTime(Question.OPENING, kind, at)  # type: ignore[arg-type]


def test_an_answer_is_asked_for_and_kept() -> None:
    """First the question, at once; then the wait until the answer; then the mail."""
    state = sent()
    asked = opening(MailKind.REMINDER, START + WEEK)
    assert next_action(state, IN_A_WINDOW, START + HOUR) == asked
    send_time_found(state, asked, START + WEEK + HOUR)
    assert next_action(state, IN_A_WINDOW, START + 2 * HOUR) == Wait(
        START + WEEK + HOUR, WaitFor.REMINDER
    )
    late = START + WEEK + HOUR
    assert next_action(state, IN_A_WINDOW, late) == SendMail(MailKind.REMINDER)
    # The window may have closed while the mail waits in the queue; the mail checks that itself.
    assert next_action(state, IN_A_WINDOW, late + DAY) == SendMail(MailKind.REMINDER)


def test_another_due_date_is_another_question() -> None:
    """An answer holds for the instant that was asked about, and no other."""
    state = sent(openings={MailKind.REMINDER: SendTime(asked=START, answer=START)})
    assert next_action(state, IN_A_WINDOW, START) == opening(MailKind.REMINDER, START + WEEK)
    later = START + 8 * DAY
    state.mail_not_before = later
    assert next_action(state, IN_A_WINDOW, later) == opening(MailKind.REMINDER, later)


def test_while_mail_is_blocked_nobody_is_asked() -> None:
    """A worker that couldn't answer isn't asked again before the hour is over."""
    state = sent()
    state.mail_not_before = START + 8 * DAY
    assert next_action(state, IN_A_WINDOW, START) == Wait(START + 8 * DAY, WaitFor.REMINDER)


def test_the_invitation_is_due_from_the_beginning() -> None:
    """However often it is looked at, the question is the same; an import's slot comes first."""
    state = pending(invitation_due_at=START)
    for late in (0 * DAY, DAY):
        assert next_action(state, IN_A_WINDOW, START + late) == opening(MailKind.INVITATION, START)
    slot = START + DAY
    asked = next_action(state, IN_A_WINDOW, START, invite_not_before=slot)
    assert asked == opening(MailKind.INVITATION, slot)


def test_a_new_link_asks_nobody() -> None:
    """It leaves at any time."""
    state = sent()
    assert resend_asked(state, START + HOUR, POLICY, from_form=False)
    action = next_action(state, IN_A_WINDOW, START + HOUR)
    assert action == SendMail(MailKind.INVITATION, resend=True)


def test_the_grace_is_asked_for_before_the_opening() -> None:
    """The end of the sending days of grace, then when a mail leaves that is due then."""
    state = reminded(2)
    clock = START + 2 * WEEK
    grace = LookUpSendTime(Question.GRACE_END, MailKind.ESCALATION, clock)
    assert next_action(state, IN_A_WINDOW, clock) == grace
    assert escalation_due_at(state, IN_A_WINDOW) == clock + DAY
    send_time_found(state, grace, clock + 3 * DAY)
    assert escalation_due_at(state, IN_A_WINDOW) == clock + 3 * DAY
    asked = opening(MailKind.ESCALATION, clock + 3 * DAY)
    assert next_action(state, IN_A_WINDOW, clock) == asked
    send_time_found(state, asked, clock + 4 * DAY)
    assert next_action(state, IN_A_WINDOW, clock + 4 * DAY) == SendMail(MailKind.ESCALATION)


def test_what_is_due_is_sent_before_anything_is_asked_about_later_mails() -> None:
    """A reminder isn't withdrawn from the queue since something else has to be looked up."""
    state = sent()
    send_time_found(state, opening(MailKind.REMINDER, START + WEEK), START + WEEK)
    state.escalation_clock_at = START + WEEK
    assert next_action(state, IN_A_WINDOW, START + WEEK) == SendMail(MailKind.REMINDER)


@pytest.mark.parametrize("kind", list(MailKind))
def test_without_a_window_nobody_is_asked(kind: MailKind) -> None:
    """The default asks nothing, so that histories without a window stay as they are."""
    state = reminded(2)
    if kind is not MailKind.ESCALATION:
        mail_sent(state, kind, START + 2 * WEEK, POLICY)
    for day in range(30):
        assert not isinstance(next_action(state, POLICY, START + day * DAY), LookUpSendTime)
