"""A row that is already on the list becomes the start of an enrolment: nothing is sent twice."""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.enrolment import EnrolmentState
from domain.policy import Policy
from domain.status import InviteStatus


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
    state.in_group = fields.get("InGroup") is True
    state.status = _status(fields, state)
    clocks = (state.invite_sent_at, state.last_reminder_at, state.clicked_at)
    state.nudge_clock_at = max((clock for clock in clocks if clock), default=None)
    if state.nudges_sent >= policy.escalate_after and not state.escalated:
        state.escalation_clock_at = state.last_reminder_at or state.nudge_clock_at


def _status(fields: Mapping[str, object], state: EnrolmentState) -> InviteStatus:
    """Return where the row stands; ``Active`` without a registration goes back to its mails."""
    try:
        status = InviteStatus(str(fields.get("InviteStatus")))
    except ValueError:
        return InviteStatus.PENDING
    if status is InviteStatus.ACTIVE:
        return InviteStatus.SENT if state.invite_sent_at else InviteStatus.PENDING
    return status


def instant(value: object) -> datetime | None:
    """Read a date as SharePoint writes it; without an offset it is UTC."""
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) and value > 0 else 0


def _text(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None
