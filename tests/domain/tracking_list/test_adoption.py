"""Rows of the list that become the beginning of an enrolment."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enrolment.decisions import AddToGroup, SendMail, Wait, WaitFor, next_action
from domain.enrolment.due_dates import escalation_due_at, nudge_due_at
from domain.enrolment.state import Concern, EnrolmentState, ProblemKind
from domain.enrolment.status import InviteStatus, MailKind
from domain.enrolment.transitions import activated, mail_sent, registration_seen
from domain.tracking_list.adoption import adopt, begin, instant
from domain.tracking_list.columns import changed, item_fields
from tests.domain.enrolment.states import (
    ADMIN,
    DAY,
    HOUR,
    POLICY,
    START,
    WEEK,
    an_input,
    clicked,
    in_group,
    pending,
    reminded,
    sent,
)


def adopted(fields: dict[str, Any]) -> EnrolmentState:
    """Adopt a row."""
    state = pending()
    adopt(state, fields, POLICY)
    return state


def escalated() -> EnrolmentState:
    """Return the state of somebody whose manager was told."""
    state = reminded(2, manager_upn="boss@contoso.example", opened_at=START)
    mail_sent(state, MailKind.ESCALATION, START + 15 * DAY, POLICY)
    return state


@pytest.mark.parametrize(
    "state", [pending(), sent(), reminded(2), clicked(), in_group(), escalated()]
)
def test_adopting_our_own_row_changes_nothing(state: EnrolmentState) -> None:
    """What was written is read again: the row needs no write, and the clocks are the same."""
    row = item_fields(an_input(), state)
    again = adopted(dict(row))
    assert changed(item_fields(an_input(), again), row) == {}
    assert nudge_due_at(again, POLICY) == nudge_due_at(state, POLICY)
    assert escalation_due_at(again, POLICY) == escalation_due_at(state, POLICY)


def test_sent_is_not_invited_again() -> None:
    """An adopted Sent waits for its reminder."""
    state = adopted({"InviteStatus": "Sent", "InviteSentDate": "2026-03-02T09:00:00Z"})
    assert next_action(state, POLICY, START + DAY) == Wait(START + WEEK, WaitFor.REMINDER)


def test_clicked_goes_to_the_group() -> None:
    """An adopted Clicked joins the group next."""
    state = adopted({"InviteStatus": "Clicked", "ClickedLinkDate": "2026-03-02T09:00:00Z"})
    assert next_action(state, POLICY, START + HOUR) == AddToGroup()


def test_token_of_an_older_system_stays() -> None:
    """Links in old mails keep working; a row without a token gets ours."""
    old = "11111111-2222-4333-8444-555555555555"
    assert adopted({"TrackingToken": old}).tracking_token == old
    assert adopted({"TrackingToken": ""}).tracking_token == pending().tracking_token


def test_old_reminders_count_for_the_manager() -> None:
    """Two reminders of an older system lead to the escalation, unless that has been."""
    row = {
        "InviteStatus": "Sent",
        "InviteSentDate": "2026-03-02T09:00:00Z",
        "LastReminderDate": "2026-03-16T09:00:00Z",
        "ReminderCount": 2,
    }
    assert escalation_due_at(adopted(row), POLICY) == START + 15 * DAY
    told = adopted(row | {"EscalatedToManager": True})
    assert told.escalated
    assert escalation_due_at(told, POLICY) is None


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-03-02T09:00:00Z", START),
        ("2026-03-02T10:00:00+01:00", START),
        ("2026-03-02T09:00:00", START),
        ("2026-03-02T09:00:00.0000000Z", START),
        ("", None),
        (None, None),
        ("yesterday", None),
        (5, None),
        ("0001-01-01T00:00:00+05:00", None),
    ],
)
def test_dates_are_read_as_sharepoint_writes_them(value: object, read: datetime | None) -> None:
    """With and without an offset; what can't be read is as good as none."""
    assert instant(value) == read


@given(st.datetimes(timezones=st.just(UTC)))
def test_dates_survive_the_list(at: datetime) -> None:
    """An instant is read as it was written."""
    assert instant(at.isoformat()) == at


columns = sorted(item_fields(an_input(), pending()))
values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["Pending", "Sent", "Clicked", "AddedToGroup", "Active"])
    | st.datetimes().map(datetime.isoformat)
)


@given(st.dictionaries(st.sampled_from(columns), values))
def test_no_row_breaks_an_enrolment(row: dict[str, Any]) -> None:
    """Whatever people have typed into the list, there is a state and something to do."""
    state = adopted(row)
    begin(state, EnrolmentState(), START, registered=False)
    next_action(state, POLICY, START)
    item_fields(an_input(), state)
    assert state.status is not InviteStatus.ACTIVE
    assert state.reminder_count >= 0


def test_begins_registered_or_disabled_or_excluded() -> None:
    """What intake has seen is in the state before the first step."""
    state = pending()
    begin(state, EnrolmentState(), START, registered=True)
    assert state.registered_at == START
    state = pending(excluded=True)
    begin(state, EnrolmentState(), START, registered=False)
    assert state.problem is not None
    assert state.problem.concern is Concern.EXCLUSION


def test_keeps_what_was_said_before() -> None:
    """Pause, cancel and known events of the time before intake hold."""
    early = EnrolmentState(seen_events=["event-1"], paused=ADMIN, cancelled=ADMIN)
    state = pending()
    begin(state, early, START, registered=False)
    assert (state.seen_events, state.paused, state.cancelled) == (["event-1"], ADMIN, ADMIN)
    assert state.problem is not None
    assert state.problem.kind is ProblemKind.CANCELLED


def test_active_who_still_are_registered_stay_as_they_are() -> None:
    """The row of somebody who is done needs no other write than when they were looked at."""
    done = in_group()
    registration_seen(done, START + DAY)
    activated(done)
    row = item_fields(an_input(), done)
    state = adopted(dict(row))
    begin(state, EnrolmentState(), START + WEEK, registered=True)
    assert set(changed(item_fields(an_input(), state), row)) == {"LastChecked"}


def test_active_who_are_registered_no_more_start_over() -> None:
    """Reminders of back then bring nobody's manager in; a new invitation comes first."""
    done = reminded(2)
    registration_seen(done, START + 15 * DAY)
    activated(done)
    state = adopted(dict(item_fields(an_input(), done)))
    begin(state, EnrolmentState(), START + 52 * WEEK, registered=False)
    action = next_action(state, POLICY, START + 52 * WEEK)
    assert action == SendMail(MailKind.INVITATION)
    mail_sent(state, MailKind.INVITATION, START + 52 * WEEK, POLICY)
    assert escalation_due_at(state, POLICY) is None
    assert nudge_due_at(state, POLICY) == START + 53 * WEEK


def test_sent_without_a_date_is_reminded_all_the_same() -> None:
    """A row that was typed by hand gets its clock now."""
    state = adopted({"InviteStatus": "Sent"})
    begin(state, EnrolmentState(), START, registered=False)
    assert nudge_due_at(state, POLICY) == START + WEEK
