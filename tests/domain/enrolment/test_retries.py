"""What an admin lets try again: only what waits, at once, and told in the story."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.enrolment.decisions import SendMail, next_action
from domain.enrolment.messages import AdminRequest, RequestRefusal, Update
from domain.enrolment.problems import problem_arose
from domain.enrolment.requests import apply, refusal_of
from domain.enrolment.state import ProblemKind
from domain.status import MailKind
from domain.tables.story import StoryKind
from tests.domain.enrolment.states import DAY, POLICY, START, sent

NOW = START + 16 * DAY
LATER = NOW + timedelta(microseconds=1)
ASK = AdminRequest(actor="ada", reason="manager entered", request_id="once")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, RequestRefusal.RETRY_NOT_NEEDED),
        ({"mail_not_before": NOW}, RequestRefusal.RETRY_NOT_NEEDED),
        ({"mail_not_before": LATER}, None),
        ({"escalation_not_before": LATER}, None),
        ({"group_not_before": LATER}, None),
        ({"group_not_before": LATER, "gone": True}, RequestRefusal.RETRY_ENDING),
    ],
)
def test_only_what_waits_is_tried_again(
    changes: dict[str, Any], refusal: RequestRefusal | None
) -> None:
    """A wait that is over is none, and an enrolment that ends tries nothing."""
    found = refusal_of(Update.RETRY, ASK, replace(sent(), **changes), NOW, POLICY)
    assert found == (None if refusal is None else (refusal, {}))


def test_a_problem_is_tried_again_although_nothing_waits() -> None:
    """The directory may be read anew: whoever fixed it there says so."""
    state = sent()
    problem_arose(state, ProblemKind.UNKNOWN_METHODS, NOW, types="new")
    assert refusal_of(Update.RETRY, ASK, state, NOW, POLICY) is None


def test_a_manager_who_was_missing_is_told_at_once() -> None:
    """All three waits are over, the problem stays until it is solved, and the story says who."""
    state = replace(
        sent(),
        reminders_sent=2,
        nudge_clock_at=NOW,
        escalation_clock_at=NOW - 2 * DAY,
        escalation_not_before=NOW + 6 * DAY,
        mail_not_before=LATER,
        group_not_before=LATER,
    )
    problem_arose(state, ProblemKind.NO_MANAGER, NOW)
    assert apply(Update.RETRY, ASK, state, NOW, POLICY)
    assert not apply(Update.RETRY, ASK, state, NOW, POLICY), "the same request"
    assert next_action(state, POLICY, NOW) == SendMail(MailKind.ESCALATION)
    waits = (state.mail_not_before, state.escalation_not_before, state.group_not_before)
    assert waits == (None, None, None)
    assert state.problem is not None
    told = state.story[-1]
    assert (told.kind, told.actor, told.at) == (StoryKind.RETRIED, "ada", NOW)
    assert told.data == {"reason": "manager entered"}


def test_no_mail_leaves_before_its_time() -> None:
    """What isn't due by the seven days stays where it was."""
    state = replace(sent(), mail_not_before=START + 2 * DAY)
    assert apply(Update.RETRY, ASK, state, START + DAY, POLICY)
    assert not isinstance(next_action(state, POLICY, START + DAY), SendMail)
