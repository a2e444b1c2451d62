"""An enrolment as one row: every value from where it belongs, what comes next, and why to look."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.enrolment.messages import AdminRequest
from domain.enrolment.state import EnrolmentState
from domain.enrolment.transitions import cancelled, ended, link_clicked
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from tests.domain.enrolment.states import (
    ADA,
    ADMIN,
    DAY,
    HOUR,
    OBJECT_ID,
    POLICY,
    START,
    WEEK,
    clicked,
    in_group,
    pending,
    recorded,
    reminded,
    sent,
)

# In the state they have the same names as in the row.
SAME: dict[str, Any] = {
    "run_id": "run",
    "revision": 7,
    "in_group": True,
    "invite_sent_at": START,
    "opened_at": START + 1 * HOUR,
    "clicked_at": START + 2 * HOUR,
    "added_to_group_at": START + 3 * HOUR,
    "last_reminder_at": START + 4 * HOUR,
    "reminder_count": 2,
    "reminders_sent": 3,
    "follow_ups_sent": 4,
    "escalated": True,
    "escalated_at": START + 5 * HOUR,
    "manager_upn": "boss@contoso.example",
    "last_checked_at": START + 6 * HOUR,
    "registered_at": START + 7 * HOUR,
    "disabled_since": START + 8 * HOUR,
    "excluded": True,
    "mail_not_before": START + 9 * HOUR,
    "item_id": "17",
    "status": InviteStatus.ACTIVE,
    "registration": RegistrationState.REGISTERED,
    "ended": EnrolmentEnd.ACTIVE,
    "ended_at": START + 10 * HOUR,
}


def test_what_is_the_same_is_taken_over() -> None:
    """Each value of the state stands in the column of its name."""
    row = recorded(EnrolmentState(**SAME))
    assert {name: getattr(row, name) for name in SAME} == SAME


def test_a_fresh_enrolment_has_what_it_was_started_with() -> None:
    """Before the directory was read, name, batch and source are the import's; the rest is empty."""
    row = recorded(EnrolmentState(), invite_not_before=START + DAY)
    assert (row.object_id, row.upn) == (OBJECT_ID, "ada@contoso.example")
    assert (row.batch_id, row.source) == ("spring", "CSV Upload")
    assert row.correlation_id == "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    assert row.slot_at == START + DAY
    assert row.send_hours == "00:00-24:00 mon,tue,wed,thu,fri,sat,sun"
    assert (row.status, row.registration) == (
        InviteStatus.PENDING,
        RegistrationState.NOT_REGISTERED,
    )
    filled = {"object_id", "upn", "batch_id", "source", "correlation_id", "slot_at", "send_hours"}
    filled |= {"status", "registration", "next_step", "due_at", "own_token"}
    assert not [
        one.name for one in fields(row) if one.name not in filled and getattr(row, one.name)
    ]


def test_a_token_is_ours_or_an_older_systems() -> None:
    """The row tells them apart, also after the link is void."""
    assert recorded(EnrolmentState()).own_token
    assert recorded(EnrolmentState(cancelled=AdminRequest(actor="a", reason="r"))).own_token
    assert not recorded(EnrolmentState(older_token=OBJECT_ID)).own_token


def test_the_directory_and_the_list_know_better() -> None:
    """A name that was read replaces the import's, and so do the list's own batch and source."""
    person = replace(ADA, user_principal_name="ada.l@contoso.example", language="de-CH")
    state = pending(source="Manual", source_batch_id="winter")
    state.person = person
    row = recorded(state)
    assert (row.upn, row.display_name, row.mail) == (
        "ada.l@contoso.example",
        "Ada Lovelace",
        "ada@contoso.example",
    )
    assert (row.department, row.language) == ("Research", "de-CH")
    assert (row.batch_id, row.source) == ("winter", "Manual")


def test_refused_columns_are_told_since_when() -> None:
    """As text, since the row holds JSON."""
    row = recorded(sent(refused={"Title": START}))
    assert row.refused == {"Title": "2026-03-02T09:00:00+00:00"}


def clicked_early() -> EnrolmentState:
    """Return the state of somebody who clicked before an invitation had left."""
    state = pending()
    link_clicked(state, START - HOUR, POLICY)
    return state


@pytest.mark.parametrize(
    ("state", "step", "due_at"),
    [
        (pending(invitation_due_at=START + HOUR), NextStep.INVITATION, START + HOUR),
        (sent(), NextStep.REMINDER, START + WEEK),
        (in_group(START), NextStep.FOLLOW_UP, START + WEEK),
        (clicked_early(), NextStep.GROUP, START - HOUR),
        (pending(mail_not_before=START + DAY), NextStep.INVITATION, START + DAY),
    ],
    ids=["pending", "sent", "in the group", "clicked", "after a failure"],
)
def test_what_comes_next_and_when(
    state: EnrolmentState, step: NextStep, due_at: datetime | None
) -> None:
    """Of what is due already the time is told since which it is."""
    row = recorded(state)
    assert (row.next_step, row.due_at) == (step, due_at)


def test_an_escalation_comes_next_after_two_reminders() -> None:
    """A day after the second one, before the third."""
    row = recorded(reminded(2), START + 2 * WEEK)
    assert (row.next_step, row.due_at) == (NextStep.ESCALATION, START + 2 * WEEK + DAY)


def test_what_is_due_keeps_its_date() -> None:
    """Whenever the row is made: with another date at each look it would be written for ever."""
    for late in (HOUR, WEEK):
        row = recorded(sent(), START + WEEK + late)
        assert (row.next_step, row.due_at) == (NextStep.REMINDER, START + WEEK)


def test_the_group_comes_before_a_reminder_that_is_due() -> None:
    """Of two steps that are both due the one is told that is done first, with its own date."""
    late = START + 3 * WEEK
    row = recorded(clicked(START + WEEK), late)
    assert (row.next_step, row.due_at) == (NextStep.GROUP, START + WEEK)


def test_what_is_wanted_at_once_has_no_date() -> None:
    """Nobody knows since when: an enrolment whose intake isn't over."""
    row = recorded(EnrolmentState())
    assert (row.next_step, row.due_at) == (NextStep.INVITATION, None)


@pytest.mark.parametrize(
    "state",
    [sent(ended=EnrolmentEnd.ACTIVE), sent(disabled_since=START)],
    ids=["ended", "disabled"],
)
def test_nothing_comes_next(state: EnrolmentState) -> None:
    """Who has ended or is disabled has no next step."""
    row = recorded(state)
    assert (row.next_step, row.due_at) == (None, None)


def test_a_row_says_nothing_of_what_lies_longer_ahead_than_now() -> None:
    """A slot of the import puts the invitation off."""
    row = recorded(pending(), invite_not_before=START + timedelta(days=2))
    assert (row.next_step, row.due_at) == (NextStep.INVITATION, START + 2 * DAY)


def test_why_it_ended_is_no_problem() -> None:
    """An admin's cancel needs nobody; a failed enrolment does."""
    state = sent()
    cancelled(state, ADMIN, START + HOUR)
    ended(state, EnrolmentEnd.CANCELLED, START + HOUR)
    row = recorded(state)
    assert (row.ended, row.ended_at) == (EnrolmentEnd.CANCELLED, START + HOUR)
    assert (row.problem, row.attention, row.next_step) == (None, None, None)
    failed = pending()
    ended(failed, EnrolmentEnd.FAILED, START)
    assert recorded(failed).attention is AttentionKind.FAILED


def test_the_look_before_the_invitation_is_told() -> None:
    """Who has not registered was looked at when the methods were read; who has, when seen."""
    state = sent()
    state.methods_read_at = START + HOUR
    assert recorded(state).last_checked_at == START + HOUR
