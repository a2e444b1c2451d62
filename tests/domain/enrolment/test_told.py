"""What the story tells of an admin's deeds, and which problem a mail that didn't leave is."""

import pytest

from domain.enrolment.messages import AdminRequest
from domain.enrolment.state import EnrolmentState, ProblemKind
from domain.enrolment.transitions import (
    cancelled,
    ended,
    link_clicked,
    mail_sent,
    mail_unconfirmed,
    mail_withheld,
    paused,
    registration_seen,
    resumed,
    unknown_user,
)
from domain.mail.content import Withheld
from domain.status import EnrolmentEnd, InviteStatus, MailKind
from domain.tables.story import StoryKind
from tests.domain.enrolment.states import DAY, HOUR, MINUTE, POLICY, START, in_group, pending, sent

REQUEST = AdminRequest(actor="ada", reason="on leave")
AT = START + DAY


def last(state: EnrolmentState) -> tuple[StoryKind, object, str | None, dict[str, object]]:
    """Return the last event of the story."""
    event = state.story[-1]
    return event.kind, event.at, event.actor, event.data


def test_an_admins_deeds_are_told_with_who_and_why() -> None:
    """A pause, its end, and the end of the enrolment, once."""
    state = sent()
    paused(state, REQUEST, AT)
    why = {"reason": "on leave"}
    assert last(state) == (StoryKind.PAUSED, AT, "ada", why)
    resumed(state, REQUEST, AT)
    assert last(state) == (StoryKind.RESUMED, AT, "ada", why)
    cancelled(state, REQUEST, AT)
    for end in (EnrolmentEnd.CANCELLED, EnrolmentEnd.ACTIVE):
        ended(state, end, AT)
    assert last(state) == (StoryKind.ENDED, AT, "ada", {"how": "cancelled", **why})
    assert (state.ended, state.ended_at) == (EnrolmentEnd.CANCELLED, AT)


def test_an_end_by_nobody_has_no_reason() -> None:
    """Who registered has ended by themselves."""
    state = sent()
    ended(state, EnrolmentEnd.ACTIVE, AT)
    assert last(state) == (StoryKind.ENDED, AT, None, {"how": "active"})


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Withheld.NO_ADDRESS, ProblemKind.NO_ADDRESS),
        (Withheld.NO_MANAGER, ProblemKind.NO_MANAGER),
    ],
)
def test_why_a_mail_was_withheld_is_shown(reason: Withheld, kind: ProblemKind) -> None:
    """An admin sees what is missing."""
    state = pending()
    mail_withheld(state, reason, AT, POLICY)
    assert state.problem is not None
    assert (state.problem.kind, state.problem.since) == (kind, AT)


def test_a_mail_that_may_have_left_counts_and_is_shown() -> None:
    """It is never sent again by itself, and an admin hears of it."""
    state = pending()
    mail_unconfirmed(state, MailKind.INVITATION, AT, POLICY, key="k")
    assert state.invite_sent_at == AT
    assert state.problem is not None
    assert state.problem.kind is ProblemKind.MAIL_UNCONFIRMED


def test_nobody_of_this_name() -> None:
    """Whom the directory never knew has ended, with the reason."""
    state = pending()
    unknown_user(state, AT)
    assert state.gone
    assert state.problem is not None
    assert state.problem.kind is ProblemKind.UNKNOWN_USER


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (MailKind.INVITATION, StoryKind.INVITED),
        (MailKind.REMINDER, StoryKind.REMINDED),
        (MailKind.FOLLOW_UP, StoryKind.FOLLOWED_UP),
        (MailKind.ESCALATION, StoryKind.ESCALATED),
    ],
)
def test_each_mail_is_told_with_its_key(kind: MailKind, told: StoryKind) -> None:
    """The story leads to how the mail looked."""
    state = pending()
    mail_sent(state, kind, AT, POLICY, key="k")
    assert last(state) == (told, AT, None, {"mail": "k"})


@pytest.mark.parametrize(
    ("status", "clicks"),
    [
        (InviteStatus.PENDING, 1),
        (InviteStatus.SENT, 1),
        (InviteStatus.CLICKED, 0),
        (InviteStatus.ADDED_TO_GROUP, 0),
        (InviteStatus.ACTIVE, 1),
    ],
)
def test_a_click_is_told_once(status: InviteStatus, clicks: int) -> None:
    """The first one, also where it comes while the end is being written."""
    state = pending(status=status)
    for hours in (1, 2):
        link_clicked(state, AT + hours * HOUR, POLICY)
    told = [event for event in state.story if event.kind is StoryKind.CLICKED]
    assert [event.at for event in told] == [AT + HOUR] * clicks


@pytest.mark.parametrize(("minutes", "believed"), [(14, True), (15, False), (16, False)])
def test_a_membership_is_believed_for_a_quarter_of_an_hour(minutes: int, believed: bool) -> None:
    """Who registers later may have left the group since: Graph is asked again."""
    state = in_group(START)
    registration_seen(state, START + minutes * MINUTE)
    assert (state.group_confirmed_at is not None) is believed
