"""What the story tells of an admin's deeds, and which problem a mail that didn't leave is."""

import pytest

from domain.enrolment.messages import AdminRequest
from domain.enrolment.state import EnrolmentEnd, EnrolmentState, ProblemKind
from domain.enrolment.status import MailKind
from domain.enrolment.transitions import (
    cancelled,
    ended,
    mail_unconfirmed,
    mail_withheld,
    paused,
    resumed,
    unknown_user,
)
from domain.mail.content import Withheld
from domain.tables.story import StoryKind
from tests.domain.enrolment.states import DAY, POLICY, START, pending, sent

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
