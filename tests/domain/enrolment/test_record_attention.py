"""What a row says of who needs an admin, and which mail worked."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.enrolment.messages import AdminRequest
from domain.enrolment.problems import problem_arose
from domain.enrolment.state import EnrolmentState, Problem, ProblemKind
from domain.enrolment.texts import problem_text
from domain.enrolment.transitions import mail_sent
from domain.status import Concern, EnrolmentEnd, InviteStatus, MailKind
from domain.tables.attention import AttentionKind
from tests.domain.enrolment.states import (
    DAY,
    HOUR,
    POLICY,
    START,
    WEEK,
    in_group,
    pending,
    recorded,
    registered,
    reminded,
    sent,
)

RETURNED = Problem(
    concern=Concern.DELIVERY,
    kind=ProblemKind.MAIL_RETURNED,
    since=START + DAY,
    values={"code": "5.1.10"},
)
NO_ADDRESS = Problem(concern=Concern.MAIL, kind=ProblemKind.NO_ADDRESS, since=START + 2 * DAY)
NO_MANAGER = Problem(concern=Concern.MANAGER, kind=ProblemKind.NO_MANAGER, since=START + 2 * DAY)


def followed_up() -> EnrolmentState:
    """Return somebody who clicked after two reminders and got a follow-up."""
    state = in_group()
    state.reminders_sent = 2
    mail_sent(state, MailKind.FOLLOW_UP, START + WEEK, POLICY)
    return state


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (sent(), "invitation"),
        (reminded(2), "reminder-2"),
        (followed_up(), "follow-up-1"),
        (reminded(2, escalated=True), "escalation"),
        (pending(), None),
    ],
)
def test_the_mail_that_worked_is_the_last_one(state: EnrolmentState, after: str | None) -> None:
    """It is named once the registration was seen, and none where none had left."""
    assert recorded(state).registered_after is None
    assert recorded(registered(state)).registered_after == after


@pytest.mark.parametrize(
    ("changes", "kind", "since"),
    [
        ({"ended": EnrolmentEnd.FAILED}, AttentionKind.FAILED, START + 9 * DAY),
        ({"ended": EnrolmentEnd.ACTIVE, "returned": RETURNED}, None, None),
        ({"returned": RETURNED, "problem": NO_MANAGER}, AttentionKind.BOUNCED, START + DAY),
        ({"excluded": True}, AttentionKind.EXCLUDED_BUT_CLICKED, START + 3 * DAY),
        ({"excluded": True, "clicked_at": None}, None, None),
        ({"clicked_at": START}, None, None),
        ({"problem": NO_MANAGER}, AttentionKind.NO_MANAGER, START + 2 * DAY),
        ({"problem": NO_ADDRESS}, AttentionKind.NO_ADDRESS, START + 2 * DAY),
        ({"problem": NO_ADDRESS, "returned": RETURNED}, AttentionKind.BOUNCED, START + DAY),
        ({"problem": RETURNED}, None, None),
    ],
)
def test_the_most_pressing_reason_to_look_is_told(
    changes: dict[str, Any], kind: AttentionKind | None, since: datetime | None
) -> None:
    """One reason with its date; an enrolment that ended as it should has none."""
    state = EnrolmentState(**{"clicked_at": START + 3 * DAY, "ended_at": START + 9 * DAY} | changes)
    row = recorded(state)
    assert (row.attention, row.attention_since) == (kind, since)


@pytest.mark.parametrize(
    ("bound", "kind"),
    [(2, AttentionKind.REMINDERS_USED_UP), (1, AttentionKind.REMINDERS_USED_UP), (3, None)],
)
def test_reminders_that_are_used_up_are_told(bound: int, kind: AttentionKind | None) -> None:
    """Since the last one; after a click too, unless there are no follow-ups that could be due."""
    policy = replace(POLICY, max_reminders=bound)
    row = recorded(reminded(2), policy=policy)
    assert row.attention is kind
    assert row.attention_since == (START + 2 * WEEK if kind else None)
    moved_on = reminded(2)
    moved_on.status = InviteStatus.CLICKED
    assert recorded(moved_on, policy=policy).attention is kind
    assert recorded(moved_on, policy=replace(policy, follow_up=False)).attention is None


def test_problem_pause_and_returned_mail_are_told_with_their_dates() -> None:
    """The sentence is without a date, which has a column of its own."""
    state = sent(returned=RETURNED)
    problem_arose(state, ProblemKind.ACCOUNT_DISABLED, START + HOUR)
    state.paused = AdminRequest(actor="admin@contoso.example", reason="on leave")
    assert state.problem is not None
    row = recorded(state)
    assert (row.problem_concern, row.problem, row.problem_since) == (
        Concern.ACCOUNT,
        problem_text(state.problem),
        START + HOUR,
    )
    assert (row.paused_by, row.paused_reason) == ("admin@contoso.example", "on leave")
    assert row.returned_since == START + DAY
