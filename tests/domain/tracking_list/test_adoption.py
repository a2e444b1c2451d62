"""Rows of the list that become the beginning of an enrolment."""

from dataclasses import replace
from typing import Any

import pytest

from domain.enrolment.decisions import AddToGroup, SendMail, Wait, WaitFor, next_action
from domain.enrolment.due_dates import escalation_due_at, nudge_due_at
from domain.enrolment.state import EnrolmentState, ProblemKind
from domain.enrolment.story import tell
from domain.enrolment.transitions import activated, mail_sent, registration_seen
from domain.status import Concern, InviteStatus, MailKind
from domain.tables.story import StoryKind
from domain.tracking_list.adoption import (
    EVENTS_OF_INTAKE,
    HIGHEST_COUNT,
    adopt,
    begin,
    catch_up,
    claims_group,
)
from domain.tracking_list.columns import COLUMNS, ColumnKind, changed, iso, item_fields
from tests.domain.enrolment.states import (
    ADA,
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

NOW = START + 52 * WEEK
DATE_TIME = ColumnKind.DATE_TIME


def adopted(fields: dict[str, Any], *, in_group: bool | None = None) -> EnrolmentState:
    """Adopt a row, of somebody who is in the group if the row says so."""
    state = pending()
    member = fields.get("InGroup") is True if in_group is None else in_group
    adopt(state, fields, POLICY, now=NOW, in_group=member)
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
    assert adopted({"TrackingToken": old}).older_token == old
    assert adopted({"TrackingToken": ""}).older_token is None


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


NEVER = (
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
    "1900-01-01T00:00:00Z",
    iso(NOW + DAY),
)


@pytest.mark.parametrize("never", NEVER)
@pytest.mark.parametrize("column", [one.name for one in COLUMNS if one.kind is DATE_TIME])
def test_a_date_that_cant_be_true_is_as_good_as_none(column: str, never: str) -> None:
    """Older systems' "never", and any date after today or before such rollouts, is left out."""
    row = {"InviteStatus": "Sent", "InviteSentDate": "2026-03-02T09:00:00Z", "ReminderCount": 2}
    without = {name: value for name, value in row.items() if name != column}
    assert adopted(row | {column: never}) == adopted(without)


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (3, 3),
        (3.0, 3),
        (0, 0),
        (1000, HIGHEST_COUNT),
        (1001, 0),
        (-1, 0),
        (10**30, 0),
        (1e308, 0),
        (float("inf"), 0),
        (float("nan"), 0),
        (True, 0),
        ("7", 0),
        (None, 0),
    ],
)
def test_only_a_count_is_a_count(value: object, count: int) -> None:
    """What nobody can have counted is none."""
    state = adopted({"ReminderCount": value})
    assert (state.reminder_count, state.reminders_sent) == (count, count)


@pytest.mark.parametrize(
    "token",
    [
        "see Excel",
        "0" * 32,
        "00000000-0000-0000-0000-000000000000",
        "{11111111-2222-4333-8444-555555555555}",
        "11111111-2222-4333-8444-55555555555\uff15",
        "11111111-2222-4333-8444-555555555555\0",
        11111111,
        True,
    ],
)
def test_only_a_guid_is_a_token(token: object) -> None:
    """What no link can carry, or would be the same for everybody, is replaced by ours."""
    assert adopted({"TrackingToken": token}).older_token is None


def test_texts_are_one_short_line() -> None:
    """Whatever was typed fits into the columns again."""
    state = adopted({"Source": "x" * 1_000_000, "ManagerUPN": "a\0b\ud800\n", "SourceBatchId": 7})
    assert state.source == "x" * 254 + "…"
    assert state.manager_upn == "a b"
    assert state.source_batch_id is None


def test_graph_says_who_is_in_the_group() -> None:
    """A row's word doesn't count: who isn't in the group goes there, and who is stays."""
    row = {"InviteStatus": "AddedToGroup", "InGroup": True}
    assert next_action(adopted(row, in_group=False), POLICY, NOW) == AddToGroup()
    assert adopted(row, in_group=True).status is InviteStatus.ADDED_TO_GROUP
    assert adopted({"InviteStatus": "Sent"}, in_group=True).in_group


@pytest.mark.parametrize(
    ("row", "claims"),
    [
        ({"InGroup": True}, True),
        ({"InviteStatus": "Clicked"}, True),
        ({"InviteStatus": "AddedToGroup", "InGroup": False}, True),
        ({"InviteStatus": "Active"}, True),
        ({"InviteStatus": "Sent"}, False),
        ({"InGroup": "yes"}, False),
    ],
)
def test_graph_is_asked_where_the_row_says_something(row: dict[str, object], claims: bool) -> None:
    """Nobody else is worth a call."""
    assert claims_group(row) is claims


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
    """Pause, cancel and known events of the time before and during intake hold."""
    before = EnrolmentState(paused=ADMIN)
    state = pending()
    begin(state, before, START, registered=False)
    assert state.paused == ADMIN
    meanwhile = EnrolmentState(seen_events=["event-1"], cancelled=ADMIN, revision=7)
    catch_up(state, meanwhile, NOW)
    assert state.seen_events == ["event-1"]
    assert (state.paused is None, state.cancelled) == (True, ADMIN)
    assert state.revision == 7
    assert state.problem is not None
    assert (state.problem.kind, state.problem.since) == (ProblemKind.CANCELLED, NOW)


def test_the_story_of_intake_has_numbers_of_its_own() -> None:
    """What is told while intake is at it is told behind it, however much intake tells."""
    early = EnrolmentState(run_id="run")
    tell(early, StoryKind.IMPORTED, START)
    state = pending(excluded=True)
    state.person = replace(ADA, account_enabled=False)
    begin(state, early, START, registered=False)
    told = [event.number for event in state.story]
    assert told == [2, 3, 4]
    early.story_number += EVENTS_OF_INTAKE
    tell(early, StoryKind.PAUSED, START)
    catch_up(state, early, NOW)
    assert [event.number for event in state.story] == [1, *told, 1 + EVENTS_OF_INTAKE + 1]
    assert (state.story_number, EVENTS_OF_INTAKE) == (12, 10)


def test_active_who_still_are_registered_stay_as_they_are() -> None:
    """The row of somebody who is done needs no other write than when they were looked at."""
    done = in_group()
    registration_seen(done, START + DAY)
    activated(done, START + DAY)
    row = item_fields(an_input(), done)
    state = adopted(dict(row))
    begin(state, EnrolmentState(), START + WEEK, registered=True)
    assert set(changed(item_fields(an_input(), state), row)) == {"LastChecked"}


def test_active_who_are_registered_no_more_start_over() -> None:
    """Reminders of back then bring nobody's manager in; a new invitation comes first."""
    done = reminded(2)
    registration_seen(done, START + 15 * DAY)
    activated(done, START + 15 * DAY)
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


def test_starting_over_forgets_the_reminders_of_back_then() -> None:
    """Counts, dates and clocks of reminders begin anew; the first dates stay."""
    state = reminded(3)
    state.status, state.clicked_at = InviteStatus.ACTIVE, START
    begin(state, EnrolmentState(), NOW, registered=False)
    assert (state.status, state.reminder_count, state.reminders_sent) == ("Pending", 0, 0)
    assert (state.last_reminder_at, state.nudge_clock_at, state.escalation_clock_at) == (
        *(None, None),
        None,
    )
    assert (state.clicked_at, state.invitation_due_at) == (START, NOW)
