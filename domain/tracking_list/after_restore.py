"""What a row tells an enrolment that was restored from a backup: the better of both wins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.enrolment import transitions
from domain.enrolment.messages import AdminRequest, Event
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.instants import later
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.enrolment import EnrolmentRecord, NextStep
from domain.tables.values import Json

ACTOR = "after-restore"
REASON = "It was so before Temporal's database was restored."

_RANK = {status: rank for rank, status in enumerate(InviteStatus)}
# Dates of what happens once: the earliest is true. Of the others the latest is.
_FIRST = ("clicked_at", "opened_at", "added_to_group_at", "registered_at", "escalated_at")
_LATEST = ("invite_sent_at", "last_reminder_at")
_LARGEST = ("reminder_count", "reminders_sent", "follow_ups_sent")
COMPARED = ("status", *_FIRST, *_LATEST, *_LARGEST, "escalated")

# An enrolment is told of these, too, in a form of their own.
_TOLD = ("paused_by", "ended")


class Facts(Protocol):
    """What is compared: of a row of our tables, and of a workflow's state or of its last write."""

    @property
    def revision(self) -> int:
        """The number of the write; it grows."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIsAhead(Event):
    """Our tables know more of the person than the enrolment, which was restored from a backup."""

    status: InviteStatus
    clicked_at: datetime | None = None
    opened_at: datetime | None = None
    added_to_group_at: datetime | None = None
    registered_at: datetime | None = None
    escalated_at: datetime | None = None
    escalated: bool = False
    manager_upn: str | None = None
    invite_sent_at: datetime | None = None
    last_reminder_at: datetime | None = None
    reminder_count: int = 0
    reminders_sent: int = 0
    follow_ups_sent: int = 0
    # No reminder or follow-up before this.
    nudge_due_at: datetime | None = None
    paused: AdminRequest | None = None
    cancelled: bool = False


def differences(row: Facts, workflow: Facts | None) -> Mapping[str, tuple[Json, Json]]:
    """Return what a row says and what the workflow said last, where the two differ."""
    pairs = {name: (_shown(row, name), _shown(workflow, name)) for name in (*COMPARED, *_TOLD)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def message_of(row: EnrolmentRecord, *, event_id: str, at: datetime) -> RowIsAhead:
    """Return what the enrolment is told of the person's row."""
    paused = None
    if row.paused_by is not None:
        paused = AdminRequest(actor=row.paused_by, reason=row.paused_reason or REASON)
    nudges = {NextStep.REMINDER, NextStep.FOLLOW_UP}
    facts = {name: getattr(row, name) for name in COMPARED}
    return RowIsAhead(
        event_id=event_id,
        at=at,
        manager_upn=row.manager_upn,
        nudge_due_at=row.due_at if row.next_step in nudges else None,
        paused=paused,
        cancelled=row.ended is EnrolmentEnd.CANCELLED,
        **facts,
    )


def row_is_ahead(state: EnrolmentState, row: RowIsAhead, at: datetime, policy: Policy) -> None:
    """Apply what the row knows: nothing is lost, first dates stay, and nobody is told twice.

    The group and the registration are asked of Microsoft, as always; the dates are kept.
    """
    for name in _FIRST:
        setattr(state, name, _earliest(getattr(state, name), getattr(row, name)))
    for name in _LATEST:
        setattr(state, name, _latest(getattr(state, name), getattr(row, name)))
    for name in _LARGEST:
        setattr(state, name, max(getattr(state, name), getattr(row, name)))
    state.last_click_at = _latest(state.last_click_at, row.clicked_at)
    state.escalated = state.escalated or row.escalated
    state.manager_upn = state.manager_upn or row.manager_upn
    # The clock of the next reminder or follow-up: no earlier than before the restore.
    due_at = row.nudge_due_at
    state.nudge_clock_at = _latest(
        state.nudge_clock_at,
        row.invite_sent_at,
        row.last_reminder_at,
        row.clicked_at,
        later(due_at, -policy.reminder_interval) if due_at else None,
    )
    if state.nudges_sent >= policy.escalate_after and state.escalation_clock_at is None:
        state.escalation_clock_at = state.nudge_clock_at
    # Membership and registration are Microsoft's to say, so that no status jumps over them.
    known = min(row.status, InviteStatus.CLICKED, key=_RANK.__getitem__)
    if _RANK[known] > _RANK[state.status]:
        state.status = known
    if row.paused is not None and state.paused is None:
        transitions.paused(state, row.paused, at)
    if row.cancelled and state.cancelled is None:
        transitions.cancelled(state, AdminRequest(actor=ACTOR, reason=REASON), at)


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((at for at in instants if at is not None), default=None)


def _latest(*instants: datetime | None) -> datetime | None:
    return max((at for at in instants if at is not None), default=None)


def _shown(facts: Facts | None, name: str) -> Json:
    value = getattr(facts, name, None)
    if name == "paused_by" and isinstance(facts, EnrolmentState):
        value = facts.paused and facts.paused.actor
    return value.isoformat() if isinstance(value, datetime) else value
