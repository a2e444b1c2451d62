"""A new link: what it clears, what it doesn't move, and to whom it is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.enrolment.due_dates import nudge_due_at
from domain.enrolment.mail.resends import resend_asked, resend_refusal
from domain.enrolment.messages import RequestRefusal
from domain.enrolment.state import EnrolmentState
from domain.enrolment.transitions import (
    cancelled,
    disabled,
    excluded,
    gone,
    mail_sent,
    registration_seen,
)
from domain.status import InviteStatus, MailKind
from tests.domain.enrolment.states import (
    ADMIN,
    DAY,
    HOUR,
    MINUTE,
    POLICY,
    SECOND,
    START,
    WEEK,
    clicked,
    in_group,
    pending,
    reminded,
    sent,
)


def test_resend_goes_back_to_pending() -> None:
    """Pending, no reminders, no date of one; lifetime count, dates and membership stay."""
    state = replace(reminded(2), in_group=True, opened_at=START)
    assert resend_asked(state, START + 16 * DAY, POLICY, from_form=True)
    assert (state.status, state.reminder_count, state.last_reminder_at) == ("Pending", 0, None)
    assert (state.reminders_sent, state.in_group, state.opened_at) == (2, True, START)
    assert state.resend_wanted
    mail_sent(state, MailKind.INVITATION, START + 16 * DAY, POLICY)
    assert state.status == "Sent"
    assert state.invite_sent_at == START + 16 * DAY
    assert not state.resend_wanted


def test_resend_does_not_move_the_clock() -> None:
    """A resend on day 3 leaves the reminder on day 7."""
    state = sent()
    resend_asked(state, START + 3 * DAY, POLICY, from_form=True)
    mail_sent(state, MailKind.INVITATION, START + 3 * DAY, POLICY)
    assert nudge_due_at(state, POLICY) == START + WEEK


@pytest.mark.parametrize(
    ("asked", "due"), [(5 * DAY - HOUR, 7 * DAY), (5 * DAY, 9 * DAY), (6 * DAY, 9 * DAY)]
)
def test_near_reminder_is_put_off_by_48_hours(asked: timedelta, due: timedelta) -> None:
    """Due within 48 hours of the resend: 48 hours later; due later than that: as it was."""
    state = sent()
    resend_asked(state, START + asked, POLICY, from_form=True)
    mail_sent(state, MailKind.INVITATION, START + asked, POLICY)
    assert nudge_due_at(state, POLICY) == START + due


def test_reminder_is_put_off_only_once() -> None:
    """The second resend before a due date doesn't help any more."""
    state = sent()
    for day in (6, 8):
        resend_asked(state, START + day * DAY, POLICY, from_form=True)
        mail_sent(state, MailKind.INVITATION, START + day * DAY, POLICY)
    assert nudge_due_at(state, POLICY) == START + 9 * DAY


def test_resend_without_follow_ups_starts_a_new_week() -> None:
    """With ``FOLLOW_UP=off`` who clicked long ago isn't reminded minutes after a new link."""
    policy = replace(POLICY, follow_up=False)
    state = in_group(START + HOUR, policy)
    resend_asked(state, START + 20 * DAY, policy, from_form=True)
    mail_sent(state, MailKind.INVITATION, START + 20 * DAY, policy)
    assert nudge_due_at(state, policy) == START + 27 * DAY


REFUSED: dict[RequestRefusal, Callable[[EnrolmentState], None]] = {
    RequestRefusal.RESEND_CANCELLED: lambda state: cancelled(state, ADMIN, START),
    RequestRefusal.RESEND_GONE: lambda state: gone(state, START),
    RequestRefusal.RESEND_REGISTERED: lambda state: registration_seen(state, START),
    RequestRefusal.RESEND_PAUSED: lambda state: setattr(state, "paused", ADMIN),
    RequestRefusal.RESEND_DISABLED: lambda state: disabled(state, START),
    RequestRefusal.RESEND_EXCLUDED: lambda state: excluded(state, START),
    RequestRefusal.RESEND_NOT_INVITED: lambda state: setattr(state, "status", InviteStatus.PENDING),
    RequestRefusal.RESEND_JUST_SENT: lambda state: setattr(
        state, "resent_at", START + DAY - SECOND
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
@pytest.mark.parametrize("from_form", [True, False])
def test_resend_is_refused_with_a_reason(reason: RequestRefusal, from_form: bool) -> None:
    """Whoever may not be mailed gets no new link, and nothing changes."""
    state = sent()
    REFUSED[reason](state)
    before = replace(state)
    assert resend_refusal(state, START + DAY, POLICY) is reason
    assert not resend_asked(state, START + DAY, POLICY, from_form=from_form)
    waits = from_form and reason is RequestRefusal.RESEND_NOT_INVITED
    assert state.form_resend_waiting == (START + DAY if waits else None)
    assert replace(state, form_resend_waiting=None) == before


@pytest.mark.parametrize("state", [sent(), clicked(), in_group()])
def test_resend_is_granted(state: EnrolmentState) -> None:
    """Sent, Clicked and AddedToGroup may ask for a new link."""
    assert resend_refusal(state, START + DAY, POLICY) is None


def test_form_is_limited_and_admins_are_not() -> None:
    """What the form may not do any more an admin still may."""
    state = sent(form_resends=[START + HOUR, START + 2 * HOUR, START + 3 * HOUR])
    assert not resend_asked(state, START + 4 * HOUR, POLICY, from_form=True)
    assert resend_asked(state, START + 4 * HOUR, POLICY, from_form=False)
    assert len(state.form_resends) == 3


@pytest.mark.parametrize(("gap", "mails"), [(59 * SECOND, 1), (MINUTE, 2)])
def test_two_requests_within_a_minute_are_one_mail(gap: timedelta, mails: int) -> None:
    """Counted from when the first mail left; after that an admin may ask for as many as needed."""
    state = sent()
    assert resend_asked(state, START + DAY, POLICY, from_form=False)
    mail_sent(state, MailKind.INVITATION, START + DAY + SECOND, POLICY)
    again = resend_asked(state, START + DAY + SECOND + gap, POLICY, from_form=False)
    assert again is (mails == 2)


@pytest.mark.parametrize(
    ("left", "granted"),
    [(20 * MINUTE, False), (6 * MINUTE, False), (5 * MINUTE, True), (-MINUTE, True)],
)
def test_a_request_while_a_mail_is_under_way_waits_for_its_end(
    left: timedelta, granted: bool
) -> None:
    """A mail that leaves after the request answers it; one that left long before doesn't.

    The request is made 20 minutes after the invitation was begun.
    """
    state = pending()
    asked = START + 20 * MINUTE
    assert not resend_asked(state, asked, POLICY, from_form=True)
    mail_sent(state, MailKind.INVITATION, START + left, POLICY)
    assert state.resend_wanted is granted
    assert state.form_resend_waiting is None
    assert state.form_resends == ([asked] if granted else [])


def test_a_reminder_that_left_beside_a_request_does_not_count_on_the_list() -> None:
    """The request clears the list's count, whatever was under way; the lifetime count has it."""
    state = sent()
    resend_asked(state, START + WEEK, POLICY, from_form=True)
    mail_sent(state, MailKind.REMINDER, START + WEEK, POLICY)
    assert (state.reminder_count, state.last_reminder_at, state.reminders_sent) == (0, None, 1)
    assert state.resend_wanted


def test_wishes_older_than_a_month_are_forgotten() -> None:
    """The list of wishes doesn't grow for ever."""
    state = sent(form_resends=[START + HOUR])
    assert resend_asked(state, START + 40 * DAY, POLICY, from_form=True)
    assert state.form_resends == [START + 40 * DAY]
    mail_sent(state, MailKind.INVITATION, START + 40 * DAY, POLICY)
    assert resend_asked(state, START + 69 * DAY, POLICY, from_form=True)
    assert state.form_resends == [START + 40 * DAY, START + 69 * DAY]
