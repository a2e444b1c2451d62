"""Mail goes on after it came back: another address, an admin's word, or a click."""

from dataclasses import replace
from typing import Any

import pytest

from domain.enrolment.decisions import SendMail, Wait, WaitFor, next_action
from domain.enrolment.mail.bounces import person_read
from domain.enrolment.mail.resends import resend_asked
from domain.enrolment.problems import problem_met, solved
from domain.enrolment.transitions import activated, link_clicked, mail_sent, mail_withheld
from domain.mail.content import Withheld
from domain.status import Concern, InviteStatus, MailKind
from tests.domain.enrolment.states import (
    ADA,
    DAY,
    HOUR,
    MINUTE,
    POLICY,
    START,
    WEEK,
    in_group,
    sent,
)
from tests.domain.mail.came_back import returned


def test_a_new_address_is_invited_at_once() -> None:
    """Another mail address in the directory: invited again, and the clocks start with that."""
    state = returned()
    now = START + WEEK
    person_read(state, replace(ADA, mail="ada.l@contoso.example"), now)
    assert (state.problem, state.returned) == (None, None)
    assert next_action(state, POLICY, now) == SendMail(MailKind.INVITATION, resend=True)
    mail_sent(state, MailKind.INVITATION, now, POLICY)
    assert state.status is InviteStatus.SENT
    later = next_action(state, POLICY, now + MINUTE)
    assert later == Wait(now + POLICY.reminder_interval, WaitFor.REMINDER)


def test_another_department_is_no_new_address() -> None:
    """What doesn't change where mail goes, doesn't make it go."""
    state = returned()
    person_read(state, replace(ADA, department="Sales", mail="ADA@contoso.example"), START + DAY)
    assert state.person is not None
    assert state.person.department == "Sales"
    assert state.returned is not None


def test_a_clicked_person_with_a_new_address_gets_a_new_clock() -> None:
    """Nothing is sent at once, and the follow-up is due seven days later."""
    state = returned(in_group(), kind=MailKind.FOLLOW_UP, number=2)
    now = START + 3 * WEEK
    person_read(state, replace(ADA, mail="ada.l@contoso.example"), now)
    action = next_action(state, POLICY, now)
    assert action == Wait(now + POLICY.reminder_interval, WaitFor.FOLLOW_UP)


def test_a_disabled_account_is_noticed_between_mails() -> None:
    """The clocks stop when it is seen, not when the next mail's turn comes."""
    state = sent()
    person_read(state, replace(ADA, account_enabled=False), START + DAY)
    assert state.disabled_since == START + DAY


def test_an_admin_may_try_again() -> None:
    """``resend`` takes the sentence away, sends at once, and nobody is reminded before a week."""
    state = returned()
    now = START + 4 * WEEK
    assert resend_asked(state, now, POLICY, from_form=False)
    assert (state.problem, state.returned) == (None, None)
    assert next_action(state, POLICY, now) == SendMail(MailKind.INVITATION, resend=True)
    mail_sent(state, MailKind.INVITATION, now, POLICY)
    assert next_action(state, POLICY, now) == Wait(now + POLICY.reminder_interval, WaitFor.REMINDER)


def test_the_form_may_not() -> None:
    """Whoever fills the form in can't mend the address."""
    state = returned()
    assert not resend_asked(state, START + WEEK, POLICY, from_form=True)
    assert state.returned is not None


def test_a_click_proves_that_mail_arrives() -> None:
    """The sentence is taken away, and the clock of follow-ups starts with the click."""
    state = returned()
    link_clicked(state, START + WEEK, POLICY)
    assert (state.problem, state.returned) == (None, None)
    assert state.nudge_clock_at == START + WEEK


def test_another_problem_only_hides_it() -> None:
    """When the group works again, the sentence about the mail is back."""
    state = returned()
    problem_met(state, Concern.GROUP, "No right to add members.", START + DAY)
    solved(state, Concern.GROUP, START + DAY)
    assert state.problem == state.returned


def test_it_is_over_with_the_enrolment() -> None:
    """A person who is Active needs no correction."""
    state = returned()
    activated(state, START + DAY)
    assert (state.problem, state.returned) == (None, None)


@pytest.mark.parametrize(
    ("changes", "is_solved"),
    [
        ({"mail": "ada@fabrikam.example"}, True),
        ({"user_principal_name": "ada@fabrikam.example"}, True),
        ({"display_name": "A. Lovelace"}, False),
        ({}, False),
    ],
)
def test_another_address_is_tried_at_once(changes: dict[str, Any], is_solved: bool) -> None:
    """Somebody without an address waits for a week, unless what makes one changes before."""
    nowhere = replace(ADA, mail=None, user_principal_name="ada@elsewhere.example")
    state = sent()
    state.person = nowhere
    mail_withheld(state, Withheld.NO_ADDRESS, START + HOUR, POLICY)
    assert state.mail_not_before == START + HOUR + WEEK
    person_read(state, replace(nowhere, **changes), START + DAY)
    assert (state.problem is None) is is_solved
    assert (state.mail_not_before is None) is is_solved
