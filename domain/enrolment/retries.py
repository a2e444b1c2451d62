"""Trying again at once, as an admin asks: whatever waits for something that is fixed by now."""

from datetime import datetime

from domain.enrolment.messages import AdminRequest, RequestRefusal
from domain.enrolment.state import EnrolmentState
from domain.enrolment.story import tell
from domain.tables.story import StoryKind


def retry_refusal(state: EnrolmentState, at: datetime) -> RequestRefusal | None:
    """Return why there is nothing to try again at ``at``, None when there is something."""
    if state.links_void:
        return RequestRefusal.RETRY_ENDING
    waits_until = (state.mail_not_before, state.escalation_not_before, state.group_not_before)
    if state.problem is not None or any(until is not None and until > at for until in waits_until):
        return None
    return RequestRefusal.RETRY_NOT_NEEDED


def retry_asked(state: EnrolmentState, request: AdminRequest, at: datetime) -> None:
    """Apply that an admin doesn't want to wait: what failed is due now.

    Nothing is sent sooner than the seven days, the grace or the send window allow.
    """
    state.mail_not_before = state.escalation_not_before = state.group_not_before = None
    tell(state, StoryKind.RETRIED, at, actor=request.actor, reason=request.reason)
