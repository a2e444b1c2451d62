"""How an enrolment begins: with an empty state, or with what a row on the list tells of before."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from domain.enrolment import transitions
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.enrolment.status import InviteStatus
from domain.tracking_list.row import status_in


def adopt(state: EnrolmentState, fields: Mapping[str, object], policy: Policy) -> None:
    """Take dates, counts, flags and the token from a row into a fresh state.

    Adopted ``Sent`` goes on without a second invitation, ``Clicked`` goes to the group. A value
    that can't be read is as good as none.
    """
    state.tracking_token = _text(fields, "TrackingToken") or state.tracking_token
    state.registered_at = instant(fields.get("MFARegistrationDate"))
    state.clicked_at = instant(fields.get("ClickedLinkDate"))
    state.last_click_at = state.clicked_at
    state.added_to_group_at = instant(fields.get("AddedToGroupDate"))
    state.invite_sent_at = instant(fields.get("InviteSentDate"))
    state.last_reminder_at = instant(fields.get("LastReminderDate"))
    state.reminder_count = _count(fields.get("ReminderCount"))
    state.reminders_sent = state.reminder_count
    state.opened_at = instant(fields.get("EmailOpenedDate"))
    state.escalated = fields.get("EscalatedToManager") is True
    state.escalated_at = instant(fields.get("EscalationDate"))
    state.manager_upn = _text(fields, "ManagerUPN")
    state.source = _text(fields, "Source")
    state.source_batch_id = _text(fields, "SourceBatchId")
    state.in_group = fields.get("InGroup") is True
    state.status = status_in(fields)
    clocks = (state.invite_sent_at, state.last_reminder_at, state.clicked_at)
    state.nudge_clock_at = max((clock for clock in clocks if clock), default=None)
    if state.nudges_sent >= policy.escalate_after and not state.escalated:
        state.escalation_clock_at = state.last_reminder_at or state.nudge_clock_at


def begin(state: EnrolmentState, early: EnrolmentState, at: datetime, *, registered: bool) -> None:
    """Make the state that intake found the enrolment's own, at the moment of its beginning.

    What admins said ``early``, while intake was still at it, holds. A row that says ``Active`` of
    somebody who isn't registered any more starts over: the reminders of back then are no reason to
    tell a manager. A row without dates gets its clock now, or it would never be reminded.
    """
    state.seen_events = early.seen_events
    state.paused = early.paused
    if early.cancelled is not None:
        transitions.cancelled(state, early.cancelled, at)
    if registered:
        transitions.registration_seen(state, at)
    elif state.status is InviteStatus.ACTIVE:
        _start_over(state)
    if state.person is not None and not state.person.account_enabled and not registered:
        transitions.disabled(state, at)
    if state.excluded:
        transitions.excluded(state, at)
    if state.status is not InviteStatus.PENDING and state.nudge_clock_at is None:
        state.nudge_clock_at = at


def _start_over(state: EnrolmentState) -> None:
    state.status = InviteStatus.PENDING
    state.reminder_count = 0
    state.reminders_sent = 0
    state.last_reminder_at = None
    state.nudge_clock_at = None
    state.escalation_clock_at = None


def instant(value: object) -> datetime | None:
    """Read a date as SharePoint writes it; without an offset it is UTC."""
    try:
        parsed = datetime.fromisoformat(str(value))
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0
    return max(0, int(value))


def _text(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None
