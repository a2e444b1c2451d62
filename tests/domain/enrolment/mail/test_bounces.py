"""Mails that come back: nothing is sent until the address is another, or an admin says so."""

from datetime import timedelta

import pytest

from domain.enrolment.decisions import SendMail, Wait, WaitFor, next_action
from domain.enrolment.due_dates import escalation_due_at
from domain.enrolment.mail.bounces import mail_bounced
from domain.enrolment.mail.resends import resend_asked
from domain.enrolment.state import ProblemKind
from domain.enrolment.transitions import mail_sent
from domain.mail.returned.status_codes import BounceClass
from domain.status import InviteStatus, MailKind
from domain.tables.story import StoryKind
from domain.tracking_list.columns import sentence
from tests.domain.enrolment.states import (
    DAY,
    HOUR,
    MINUTE,
    POLICY,
    START,
    WEEK,
    in_group,
    reminded,
    sent,
)
from tests.domain.mail.came_back import RUN, bounce, kind_of, returned


@pytest.mark.wording
def test_error_details_say_what_to_do() -> None:
    """The sentence has the date, the code and the remedy."""
    text = sentence(returned().problem)
    assert text == (
        "Since 02 Mar 2026 10:00 UTC: Mail to this person was returned (5.1.10): correct the "
        "address in Entra ID, or resend."
    )


def test_a_refusal_is_no_wrong_address() -> None:
    """The person's mailbox or a rule refuses the mail: that is what has to change."""
    state = returned(code="5.7.1", bounce_class=BounceClass.REFUSED)
    assert state.problem is not None
    assert state.problem.kind is ProblemKind.MAIL_REFUSED
    assert next_action(state, POLICY, START + 5 * WEEK) == Wait(None, WaitFor.ADDRESS)


def test_a_full_mailbox_is_tried_again_in_a_day_three_times() -> None:
    """Each time the invitation leaves once more; then somebody has to make room."""
    state, at = sent(mails_begun=1), START + HOUR
    for number in (1, 2, 3):
        event = bounce(code="5.2.2", bounce_class=BounceClass.PASSING, number=number)
        assert mail_bounced(state, event, POLICY, RUN, at)
        assert state.returned is None
        assert kind_of(state) is ProblemKind.MAILBOX_NOT_READY
        assert next_action(state, POLICY, at) == Wait(at + DAY, WaitFor.INVITATION)
        at += DAY
        assert next_action(state, POLICY, at) == SendMail(MailKind.INVITATION)
        state.mails_begun += 1
        mail_sent(state, MailKind.INVITATION, at, POLICY)
        assert state.problem is None
        at += HOUR
    event = bounce(code="5.2.2", bounce_class=BounceClass.PASSING, number=4)
    assert mail_bounced(state, event, POLICY, RUN, at)
    assert kind_of(state) is ProblemKind.MAILBOX_FULL
    assert next_action(state, POLICY, at + WEEK) == Wait(None, WaitFor.ADDRESS)


def test_a_mailbox_that_was_full_long_ago_begins_anew() -> None:
    """What arrived in between proves that there was room."""
    state = sent(mails_begun=1, bounces=3, bounced_at=START - WEEK)
    event = bounce(code="5.2.2", bounce_class=BounceClass.PASSING)
    assert mail_bounced(state, event, POLICY, RUN, START + HOUR)
    assert (state.returned, state.bounces) == (None, 1)


@pytest.mark.parametrize("kind", [MailKind.REMINDER, MailKind.FOLLOW_UP])
def test_a_blocked_sender_is_nobodys_fault(kind: MailKind) -> None:
    """No problem of the person's; the same mail is planned at once, and waits for its mailbox."""
    state = reminded(1, mails_begun=2) if kind is MailKind.REMINDER else in_group()
    if kind is MailKind.FOLLOW_UP:
        mail_sent(state, kind, START + WEEK, POLICY)
        state.mails_begun = 2
    at = START + WEEK + HOUR
    event = bounce(kind, code="5.1.8", bounce_class=BounceClass.SENDER_BLOCKED, number=2)
    assert mail_bounced(state, event, POLICY, RUN, at)
    assert (state.problem, state.returned, state.nudges_sent) == (None, None, 0)
    assert next_action(state, POLICY, at) == SendMail(kind)


def test_an_invitation_that_a_blocked_sender_did_not_deliver_is_sent_again() -> None:
    """Nobody was invited: the clock of reminders starts with the mail that arrives."""
    state, at = sent(mails_begun=1), START + HOUR
    event = bounce(code="5.1.8", bounce_class=BounceClass.SENDER_BLOCKED)
    assert mail_bounced(state, event, POLICY, RUN, at)
    assert (state.status, state.problem) == (InviteStatus.PENDING, None)
    assert next_action(state, POLICY, at) == SendMail(MailKind.INVITATION)
    mail_sent(state, MailKind.INVITATION, at + DAY, POLICY)
    due = at + DAY + POLICY.reminder_interval
    assert next_action(state, POLICY, at + DAY) == Wait(due, WaitFor.REMINDER)


def test_forged_reports_send_a_mail_three_times_at_most() -> None:
    """Whoever holds a Message-ID can say that the sender is blocked; that ends."""
    state = sent(mails_begun=1, bounces=3, bounced_at=START)
    event = bounce(code="5.1.8", bounce_class=BounceClass.SENDER_BLOCKED)
    assert mail_bounced(state, event, POLICY, RUN, START + HOUR)
    assert (state.status, state.problem) == (InviteStatus.SENT, None)


def test_a_manager_whom_a_blocked_sender_did_not_reach_is_told_again() -> None:
    """Nobody was told, and nothing is wrong with the manager's address."""
    state = reminded(2, mails_begun=4)
    mail_sent(state, MailKind.ESCALATION, START + 2 * WEEK + DAY, POLICY)
    event = bounce(MailKind.ESCALATION, bounce_class=BounceClass.SENDER_BLOCKED, number=4)
    assert mail_bounced(state, event, POLICY, RUN, START + 2 * WEEK + 2 * DAY)
    assert (state.escalated, state.problem) == (False, None)
    at = START + 2 * WEEK + 2 * DAY
    assert next_action(state, POLICY, at) == SendMail(MailKind.ESCALATION)


def test_a_report_without_a_code_leaves_it_out() -> None:
    """No empty brackets."""
    text = sentence(returned(code="").problem)
    assert text is not None
    assert "(" not in text


def test_nobody_is_reminded_of_what_came_back() -> None:
    """Weeks later there is still nothing to send, to the person or to the manager."""
    state = returned()
    action = next_action(state, POLICY, START + 5 * WEEK)
    assert action == Wait(None, WaitFor.ADDRESS)


def test_a_reminder_that_came_back_was_none() -> None:
    """It isn't counted, and with it goes the reason to tell the manager."""
    state = reminded(2, mails_begun=3)
    assert escalation_due_at(state, POLICY) is not None
    returned(state, kind=MailKind.REMINDER, number=3)
    assert (state.reminder_count, state.reminders_sent) == (1, 1)
    assert escalation_due_at(state, POLICY) is None


@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.FOLLOW_UP])
def test_another_mail_that_came_back_is_no_reminder_less(kind: MailKind) -> None:
    """Reminders that arrived stay counted when an invitation or a follow-up comes back."""
    state = returned(reminded(2, mails_begun=3), kind=kind, number=3)
    assert (state.reminder_count, state.reminders_sent) == (2, 2)


def test_a_follow_up_that_came_back_was_none() -> None:
    """It isn't counted; the reminders before it and its own kind's zero stay."""
    state = in_group()
    mail_sent(state, MailKind.FOLLOW_UP, START + WEEK, POLICY)
    state.reminders_sent = state.reminder_count = 1
    assert mail_bounced(
        state, bounce(MailKind.FOLLOW_UP, number=2), POLICY, RUN, START + WEEK + HOUR
    )
    assert (state.follow_ups_sent, state.reminders_sent, state.reminder_count) == (0, 1, 1)
    assert mail_bounced(
        state, bounce(MailKind.FOLLOW_UP, number=3), POLICY, RUN, START + WEEK + DAY
    )
    assert state.follow_ups_sent == 0


@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.REMINDER])
def test_follow_ups_are_counted_apart(kind: MailKind) -> None:
    """A mail of another kind that came back takes no follow-up away."""
    state = in_group()
    mail_sent(state, MailKind.FOLLOW_UP, START + WEEK, POLICY)
    assert mail_bounced(state, bounce(kind, number=2), POLICY, RUN, START + WEEK + HOUR)
    assert state.follow_ups_sent == 1


def test_a_count_of_reminders_is_never_below_nothing() -> None:
    """A count that a person reset on the list stays at nothing."""
    state = reminded(1, mails_begun=2)
    state.reminder_count = 0
    returned(state, kind=MailKind.REMINDER, number=2)
    assert (state.reminder_count, state.reminders_sent) == (0, 0)


def test_a_manager_whose_mail_came_back_is_for_people_to_tell() -> None:
    """The sentence says so, the person is reminded as ever, and nobody is escalated twice."""
    state = reminded(2, mails_begun=4)
    mail_sent(state, MailKind.ESCALATION, START + 2 * WEEK + DAY, POLICY)
    assert mail_bounced(state, bounce(MailKind.ESCALATION, number=4), POLICY, RUN, START + 3 * WEEK)
    assert state.problem is not None
    assert state.problem.kind is ProblemKind.MANAGER_MAIL_RETURNED
    assert "(5.1.10)" in str(sentence(state.problem))
    assert state.escalated
    assert state.returned is None
    assert next_action(state, POLICY, START + 4 * WEEK) == SendMail(MailKind.REMINDER)


@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.ESCALATION])
def test_the_story_tells_of_it(kind: MailKind) -> None:
    """Which mail came back, when and with which code, whoever was to read it."""
    state = sent(mails_begun=1)
    at = START + HOUR
    assert mail_bounced(state, bounce(kind), POLICY, RUN, at)
    (event,) = [event for event in state.story if event.kind is StoryKind.BOUNCED]
    assert (event.at, event.data) == (at, {"mail": kind.value, "code": "5.1.10"})


def test_news_of_another_enrolment_is_none() -> None:
    """The report on a mail of an earlier enrolment of the same person changes nothing."""
    state = sent(mails_begun=1)
    assert not mail_bounced(state, bounce(run_id="another"), POLICY, RUN, START)
    assert state == sent(mails_begun=1)


def test_late_news_of_an_older_mail_is_none() -> None:
    """A report on the mail before a new link doesn't stop what the new link set going."""
    state = sent(mails_begun=1)
    assert resend_asked(state, START + DAY, POLICY, from_form=False)
    assert not mail_bounced(state, bounce(number=1), POLICY, RUN, START + DAY)
    assert mail_bounced(state, bounce(number=2), POLICY, RUN, START + DAY)


def test_the_first_date_stays() -> None:
    """A second mail that comes back changes neither the date nor the sentence."""
    state = returned()
    first = state.problem
    assert mail_bounced(state, bounce(code="5.2.2", number=2), POLICY, RUN, START + DAY)
    assert state.problem == first


@pytest.mark.parametrize(("days", "bounces"), [(5 * DAY, 4), (5 * DAY + MINUTE, 1)])
def test_reports_that_are_far_apart_are_counted_anew(days: timedelta, bounces: int) -> None:
    """After more than five days a report is the first of new ones."""
    state = sent(mails_begun=1, bounces=3, bounced_at=START)
    event = bounce(code="5.2.2", bounce_class=BounceClass.PASSING)
    assert mail_bounced(state, event, POLICY, RUN, START + days)
    assert state.bounces == bounces
