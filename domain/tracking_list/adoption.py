"""How an enrolment begins: with an empty state, or with what a row on the list tells of before."""

import math
from collections.abc import Mapping
from datetime import datetime

from domain.enrolment import transitions
from domain.enrolment.policy import Policy
from domain.enrolment.problems import tell_solved
from domain.enrolment.state import EnrolmentState
from domain.enrolment.story import tell
from domain.instants import believable, read_instant
from domain.plain_text import bounded_line
from domain.status import InviteStatus
from domain.tables.story import StoryKind
from domain.tracking_list.row import status_in, token_in

# Twenty years of weekly reminders: a larger number was not counted by anybody.
HIGHEST_COUNT = 1000
# Numbers of events that are left for the beginning of an enrolment, which tells five at most.
EVENTS_OF_INTAKE = 10


def adopt(
    state: EnrolmentState,
    fields: Mapping[str, object],
    policy: Policy,
    *,
    now: datetime,
    in_group: bool,
) -> None:
    """Take dates, counts, flags and the token from a row into a fresh state.

    Adopted ``Sent`` goes on without a second invitation, ``Clicked`` goes to the group, and so does
    ``AddedToGroup`` of somebody who isn't in it. What the row holds is other people's text: a value
    that can't be read or can't be true is as good as none.

    Args:
        state: what was found out so far.
        fields: the row's columns; ``TrackingToken`` is a GUID only where an older system made it.
        policy: what steers the enrolment.
        now: aware UTC; no date of the row can be later.
        in_group: whether Graph says that the user is in the group, whatever the row says.
    """

    def at(name: str) -> datetime | None:
        return believable(read_instant(fields.get(name)), now)

    state.older_token = token_in(fields)
    state.registered_at = at("MFARegistrationDate")
    state.clicked_at = at("ClickedLinkDate")
    state.last_click_at = state.clicked_at
    state.added_to_group_at = at("AddedToGroupDate")
    state.invite_sent_at = at("InviteSentDate")
    state.last_reminder_at = at("LastReminderDate")
    state.reminder_count = _count(fields.get("ReminderCount"))
    state.reminders_sent = state.reminder_count
    state.opened_at = at("EmailOpenedDate")
    state.escalated = fields.get("EscalatedToManager") is True
    state.escalated_at = at("EscalationDate")
    state.manager_upn = _text(fields, "ManagerUPN")
    state.source = _text(fields, "Source")
    state.source_batch_id = _text(fields, "SourceBatchId")
    state.in_group = in_group
    state.status = status_in(fields)
    if state.status is InviteStatus.ADDED_TO_GROUP and not in_group:
        state.status = InviteStatus.CLICKED
    clocks = (state.invite_sent_at, state.last_reminder_at, state.clicked_at)
    state.nudge_clock_at = max((clock for clock in clocks if clock), default=None)
    if state.nudges_sent >= policy.escalate_after and not state.escalated:
        state.escalation_clock_at = state.last_reminder_at or state.nudge_clock_at


def claims_group(fields: Mapping[str, object]) -> bool:
    """Say whether a row tells that its user was led to the group, which only Graph knows."""
    return fields.get("InGroup") is True or status_in(fields) in {
        InviteStatus.CLICKED,
        InviteStatus.ADDED_TO_GROUP,
        InviteStatus.ACTIVE,
    }


def begin(state: EnrolmentState, early: EnrolmentState, at: datetime, *, registered: bool) -> None:
    """Let an enrolment begin with the state that intake found, and tell its story from here on.

    A row that says ``Active`` of somebody who isn't registered any more starts over: the reminders
    of back then are no reason to tell a manager. A row without dates gets its clock now, or it
    would never be reminded.

    Args:
        state: what intake found; its story has the events of the beginning alone.
        early: what was known when intake began; its numbers end before those of these events.
        at: the moment of the beginning.
        registered: whether intake has seen a registration.
    """
    state.paused, state.run_id, state.story_number = early.paused, early.run_id, early.story_number
    # Intake has just asked Graph, whatever the row said.
    state.group_confirmed_at = at if state.in_group else None
    tell(state, StoryKind.CHECKED, at, registered=registered)
    if registered:
        transitions.registration_seen(state, at)
    elif state.status is InviteStatus.ACTIVE:
        _start_over(state)
    if state.person is not None and not state.person.account_enabled and not registered:
        transitions.disabled(state, at)
    if state.excluded:
        transitions.excluded(state, at)
    if state.status is InviteStatus.PENDING:
        state.invitation_due_at = at
    elif state.nudge_clock_at is None:
        state.nudge_clock_at = at


def catch_up(state: EnrolmentState, early: EnrolmentState, at: datetime) -> None:
    """Let what was said and written while intake was at it hold for the state that has begun.

    ``early`` is what the enrolment knows until now. Its later events have later numbers than those
    of the beginning (``EVENTS_OF_INTAKE``), since intake may have written these already.
    """
    state.seen_events, state.paused = early.seen_events, early.paused
    state.revision = max(state.revision, early.revision)
    state.story_number = early.story_number
    state.story = sorted([*early.story, *state.story], key=lambda event: event.number)
    if early.problem is not None and early.problem != state.problem:
        # It was with intake, which has ended well.
        tell_solved(state, early.problem, at)
    if early.cancelled is not None:
        transitions.cancelled(state, early.cancelled, at)


def _start_over(state: EnrolmentState) -> None:
    state.status = InviteStatus.PENDING
    state.reminder_count = 0
    state.reminders_sent = 0
    state.last_reminder_at = None
    state.nudge_clock_at = None
    state.escalation_clock_at = None


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0
    return max(0, int(value)) if value <= HIGHEST_COUNT else 0


def _text(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    return (bounded_line(value) or None) if isinstance(value, str) else None
