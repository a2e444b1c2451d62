"""An enrolment that was restored from a backup, and the row that knows what came after."""

from dataclasses import replace

import pytest

from domain.enrolment.decisions import SendMail, next_step
from domain.enrolment.record import record_of
from domain.enrolment.state import EnrolmentState
from domain.enrolment.transitions import added_to_group, link_clicked
from domain.status import EnrolmentEnd, InviteStatus
from domain.tracking_list.after_restore import (
    ACTOR,
    REASON,
    differences,
    message_of,
    row_is_ahead,
)
from tests.domain.enrolment.states import (
    ADMIN,
    DAY,
    HOUR,
    POLICY,
    START,
    WEEK,
    an_input,
    in_group,
    pending,
    reminded,
    sent,
)

LATER = START + 15 * DAY


def restored(old: EnrolmentState, new: EnrolmentState) -> EnrolmentState:
    """Return the old state after it was told what the row of the new one knows."""
    new.revision = 1
    row = record_of(an_input(), new, LATER)
    row_is_ahead(old, message_of(row, event_id="e", at=LATER), LATER, POLICY)
    return old


@pytest.mark.parametrize("old", [pending(), sent(), reminded(1)])
def test_nobody_who_clicked_is_reminded(old: EnrolmentState) -> None:
    """The click's date is the row's, and no invitation or reminder is planned any more.

    The group is asked of Graph, as always; its first date stays.
    """
    state = restored(old, in_group(START + HOUR))
    assert state.status is InviteStatus.CLICKED
    assert state.clicked_at == state.added_to_group_at == START + HOUR
    added_to_group(state, LATER, by_us=True)
    assert (state.status, state.added_to_group_at) == (InviteStatus.ADDED_TO_GROUP, START + HOUR)
    step = next_step(state, POLICY, START + 2 * HOUR)
    assert step is None or not isinstance(step[1], SendMail) or step[0] >= START + WEEK


def test_mails_that_left_are_counted_and_not_sent_again() -> None:
    """Two reminders are remembered, and the next mail isn't due before it was."""
    known = reminded(2)
    state = restored(sent(), replace(known))
    assert (state.reminders_sent, state.last_reminder_at) == (2, START + 2 * WEEK)
    assert next_step(state, POLICY, LATER) == next_step(known, POLICY, LATER)


def test_first_dates_are_never_overwritten() -> None:
    """A click that only the workflow knows, since it came after the restore, is later than ours."""
    state = sent()
    link_clicked(state, START + 3 * DAY, POLICY)
    assert restored(state, in_group(START + HOUR)).clicked_at == START + HOUR
    behind = in_group(START + HOUR)
    before = replace(behind)
    assert restored(behind, sent()).clicked_at == before.clicked_at
    assert behind.status is before.status


def test_what_admins_said_holds() -> None:
    """Somebody who was paused or cancelled since the backup still is."""
    paused = sent()
    paused.paused = ADMIN
    assert restored(sent(), paused).paused == ADMIN
    cancelled = sent()
    cancelled.ended = EnrolmentEnd.CANCELLED
    assert restored(sent(), cancelled).cancelled is not None


def test_differences_are_told_column_by_column() -> None:
    """What the row says, and what the workflow said last, or nothing."""
    row = record_of(an_input(), reminded(1), LATER)
    known = record_of(an_input(), sent(), LATER)
    assert set(differences(row, known)) == {"last_reminder_at", "reminder_count", "reminders_sent"}
    assert differences(row, None)["status"] == ("Sent", None)
    assert differences(row, row) == {}


def test_a_pause_and_an_end_are_told_beside_the_columns() -> None:
    """A row that knows of nothing else than these would be named without a reason."""
    state = sent()
    row = record_of(an_input(), state, LATER)
    held = replace(row, paused_by=ADMIN.actor, ended=EnrolmentEnd.CANCELLED)
    told = {"paused_by": (ADMIN.actor, None), "ended": ("cancelled", None)}
    assert differences(held, row) == told
    assert differences(held, state) == told
    state.paused = ADMIN
    assert set(differences(held, state)) == {"ended"}


@pytest.mark.parametrize(
    ("ours", "theirs", "known"),
    [("a@x", None, "a@x"), (None, "b@x", "b@x"), ("a@x", "b@x", "a@x"), (None, None, None)],
)
def test_a_manager_who_was_told_stays_known(
    ours: str | None, theirs: str | None, known: str | None
) -> None:
    """The enrolment's own word counts before the row's; the escalation is never sent twice."""
    state = restored(sent(manager_upn=ours), sent(manager_upn=theirs, escalated=True))
    assert (state.manager_upn, state.escalated) == (known, True)


def test_a_pause_without_a_reason_gets_one() -> None:
    """It says where it comes from; so does a cancel."""
    paused = sent()
    paused.paused = replace(ADMIN, reason="")
    found = restored(sent(), paused).paused
    assert found is not None
    assert (found.actor, found.reason) == (ADMIN.actor, REASON)
    cancelled = sent()
    cancelled.ended = EnrolmentEnd.CANCELLED
    found = restored(sent(), cancelled).cancelled
    assert found is not None
    assert (found.actor, found.reason) == (ACTOR, REASON)


def test_the_latest_click_and_the_first_are_kept() -> None:
    """The row knows the first click alone; of last mails the later one is true."""
    state = sent()
    link_clicked(state, START + 3 * DAY, POLICY)
    state = restored(state, in_group(START + HOUR))
    assert (state.clicked_at, state.last_click_at) == (START + HOUR, START + 3 * DAY)
    older = restored(reminded(2), reminded(1))
    assert (older.reminders_sent, older.last_reminder_at) == (2, START + 2 * WEEK)


@pytest.mark.parametrize(("reminders", "known"), [(1, False), (2, True)])
def test_who_had_two_reminders_is_escalated_in_time(reminders: int, known: bool) -> None:
    """The clock of the escalation begins with the last reminder that the row knows of."""
    state = restored(sent(), reminded(reminders))
    assert state.escalation_clock_at == (START + reminders * WEEK if known else None)
