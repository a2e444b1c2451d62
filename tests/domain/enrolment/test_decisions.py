"""What comes next: one table of states and the action that each leads to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.enrolment.decisions import (
    Action,
    AddToGroup,
    AwaitEnabled,
    Cancel,
    Complete,
    SendMail,
    Wait,
    WaitFor,
    group_wanted,
    next_action,
)
from domain.enrolment.mail.resends import resend_asked
from domain.enrolment.state import EnrolmentState
from domain.enrolment.transitions import (
    cancelled,
    disabled,
    disabled_too_long,
    gone,
    kept_out_of_group,
    mail_withheld,
)
from domain.mail.content import Withheld
from domain.status import EnrolmentEnd, InviteStatus, MailKind
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
    registered,
    reminded,
    sent,
)

INVITATION = SendMail(MailKind.INVITATION)
REMINDER = SendMail(MailKind.REMINDER)
ESCALATION = SendMail(MailKind.ESCALATION)
RESEND = SendMail(MailKind.INVITATION, resend=True)


def asked(state: EnrolmentState, at: datetime) -> EnrolmentState:
    """Let somebody ask for a link."""
    assert resend_asked(state, at, POLICY, from_form=False)
    return state


@pytest.mark.parametrize(
    ("state", "after", "action"),
    [
        (pending(), 0 * DAY, INVITATION),
        (sent(), WEEK - MINUTE, Wait(START + WEEK, WaitFor.REMINDER)),
        (sent(), WEEK, REMINDER),
        (reminded(2), 15 * DAY, ESCALATION),
        # The manager comes before the reminder that is due as well.
        (reminded(2), 22 * DAY, ESCALATION),
        (asked(reminded(2), START + 22 * DAY), 22 * DAY, RESEND),
        (clicked(), HOUR, AddToGroup()),
        (in_group(), DAY, Wait(START + HOUR + WEEK, WaitFor.FOLLOW_UP)),
        (in_group(), HOUR + WEEK, SendMail(MailKind.FOLLOW_UP)),
        (registered(sent()), HOUR, AddToGroup()),
        (registered(in_group()), HOUR, Complete(EnrolmentEnd.ACTIVE)),
    ],
)
def test_what_comes_next(state: EnrolmentState, after: timedelta, action: Action) -> None:
    """The order of the queue: resend, escalation, reminder, follow-up, invitation."""
    assert next_action(state, POLICY, START + after) == action


def test_invitation_waits_for_its_slot() -> None:
    """The slot of the import is kept, to the second."""
    slot = START + 3 * DAY
    wait = next_action(pending(), POLICY, START, invite_not_before=slot)
    assert wait == Wait(slot, WaitFor.INVITATION)
    assert next_action(pending(), POLICY, slot, invite_not_before=slot) == INVITATION


def test_resend_does_not_wait_for_the_slot() -> None:
    """Whoever asks gets the link at once."""
    state = asked(sent(), START + HOUR)
    slot = START + 30 * DAY
    assert next_action(state, POLICY, START + HOUR, invite_not_before=slot) == RESEND


ENDS: dict[str, tuple[Callable[[EnrolmentState], None], Action]] = {
    "cancelled": (lambda state: cancelled(state, ADMIN, START), Cancel()),
    "gone": (lambda state: gone(state, START), Complete(EnrolmentEnd.GONE)),
    "disabled": (lambda state: disabled_too_long(state, START), Complete(EnrolmentEnd.DISABLED)),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("state", [pending(), clicked(), registered(sent())])
def test_ends_come_first(end: str, state: EnrolmentState) -> None:
    """Cancelled, gone and disabled for too long end whatever else is due."""
    happens, action = ENDS[end]
    state = replace(state)
    happens(state)
    assert next_action(state, POLICY, START + WEEK) == action


def test_disabled_are_watched_and_not_mailed() -> None:
    """Nothing is sent to a disabled account, whatever is due; a click still counts."""
    for state in (pending(), reminded(2), asked(sent(), START)):
        disabled(state, START)
        assert next_action(state, POLICY, START + 30 * DAY) == AwaitEnabled()
    state = clicked()
    disabled(state, START)
    assert next_action(state, POLICY, START) == AddToGroup()


def test_paused_are_not_mailed() -> None:
    """A paused enrolment waits for its admin; a click and a registration still count."""
    for state in (pending(), reminded(2), asked(sent(), START)):
        state.paused = ADMIN
        action = next_action(state, POLICY, START + 30 * DAY)
        assert action == Wait(None, WaitFor.RESUME)
    assert next_action(replace(clicked(), paused=ADMIN), POLICY, START) == AddToGroup()
    done = replace(registered(in_group()), paused=ADMIN)
    assert next_action(done, POLICY, START) == Complete(EnrolmentEnd.ACTIVE)


def test_blocked_mail_waits_for_its_next_try() -> None:
    """After a failure nothing is sent before the next try, not even a resend."""
    for state in (pending(), reminded(2), asked(sent(), START)):
        state.mail_not_before = START + 30 * DAY
        action = next_action(state, POLICY, START + 29 * DAY)
        assert isinstance(action, Wait)
        assert action.until == START + 30 * DAY
        assert isinstance(next_action(state, POLICY, START + 30 * DAY), SendMail)


def test_manager_who_is_missing_holds_no_reminder_up() -> None:
    """Without a manager reminders go on, and the manager is looked for in a week."""
    state = reminded(2)
    mail_withheld(state, Withheld.NO_MANAGER, START + 15 * DAY, POLICY)
    wait = next_action(state, POLICY, START + 15 * DAY)
    assert wait == Wait(START + 21 * DAY, WaitFor.REMINDER)
    assert next_action(state, POLICY, START + 22 * DAY) == ESCALATION


def test_blocked_group_holds_no_mail_up() -> None:
    """Somebody who clicked and can't be added yet still gets follow-ups."""
    state = clicked()
    state.group_not_before = START + 2 * HOUR
    wait = next_action(state, POLICY, START + HOUR)
    assert wait == Wait(START + 2 * HOUR, WaitFor.GROUP_RETRY)
    state.group_not_before = START + 30 * DAY
    assert next_action(state, POLICY, START + 8 * DAY) == SendMail(MailKind.FOLLOW_UP)


def test_registered_wait_for_a_blocked_group() -> None:
    """Active goes through the group, and no mail is sent meanwhile."""
    state = registered(reminded(2))
    state.group_not_before = START + 30 * DAY
    wait = next_action(state, POLICY, START + 29 * DAY)
    assert wait == Wait(START + 30 * DAY, WaitFor.GROUP_RETRY)


@pytest.mark.parametrize("add", [True, False])
def test_registered_join_the_group_if_told_so(add: bool) -> None:
    """``ADD_REGISTERED_USERS`` decides about those who never clicked; who clicked always joins."""
    policy = replace(POLICY, add_registered_users=add)
    assert group_wanted(registered(sent()), policy) is add
    assert group_wanted(registered(clicked()), policy)
    assert not group_wanted(registered(in_group()), policy)


def test_excluded_and_registered_end() -> None:
    """Who is excluded and registered doesn't wait for a group they may not join."""
    for state in (registered(sent()), registered(clicked())):
        state.excluded = True
        assert next_action(state, POLICY, START) == Complete(EnrolmentEnd.ACTIVE)


def test_excluded_who_clicked_are_looked_at_daily() -> None:
    """Exclusions may end: the group is asked for again after a day, and not before."""
    state = clicked()
    kept_out_of_group(state, START + HOUR, POLICY)
    wait = next_action(state, POLICY, START + 2 * HOUR)
    assert wait == Wait(START + HOUR + DAY, WaitFor.GROUP_RETRY)
    assert next_action(state, POLICY, START + HOUR + DAY) == AddToGroup()


def test_nothing_to_do_waits_for_news() -> None:
    """Without follow-ups who clicked is left alone until something happens."""
    policy = replace(POLICY, follow_up=False)
    assert next_action(in_group(policy=policy), policy, START + DAY) == Wait(
        None, WaitFor.CLICK_OR_REGISTRATION
    )
    assert in_group().status is InviteStatus.ADDED_TO_GROUP
