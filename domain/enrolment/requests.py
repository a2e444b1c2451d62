"""What admins ask of an enrolment: why a request is refused, and what it changes."""

from collections.abc import Mapping
from datetime import datetime

from domain.enrolment import transitions
from domain.enrolment.mail import resends
from domain.enrolment.messages import AdminRequest, RequestRefusal, Update
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.enrolment.story import tell
from domain.tables.story import StoryKind

Refused = tuple[RequestRefusal, Mapping[str, str]]


def refusal_of(
    update: Update, request: AdminRequest, state: EnrolmentState, at: datetime, policy: Policy
) -> Refused | None:
    """Return why a request is refused, None when it is granted or has been already."""
    if request.request_id in state.seen_events:
        return None
    match update:
        case Update.PAUSE if state.paused is not None:
            return RequestRefusal.ALREADY_PAUSED, {"actor": state.paused.actor}
        case Update.RESUME if state.paused is None:
            return RequestRefusal.NOT_PAUSED, {}
        case Update.CANCEL if state.cancelled is not None:
            return RequestRefusal.ALREADY_CANCELLED, {"actor": state.cancelled.actor}
    refusal = None
    if update is Update.RESEND:
        refusal = resends.resend_refusal(state, at, policy)
    elif update is Update.RETRY:
        refusal = _retry_refusal(state, at)
    return None if refusal is None else (refusal, {})


def apply(
    update: Update, request: AdminRequest, state: EnrolmentState, at: datetime, policy: Policy
) -> bool:
    """Do what is asked, once for each request id, and say whether this request did it.

    A request that is refused changes nothing.
    """
    if refusal_of(update, request, state, at, policy):
        return False
    if request.request_id and not transitions.first_seen(state, request.request_id):
        return False
    match update:
        case Update.PAUSE:
            transitions.paused(state, request, at)
        case Update.RESUME:
            transitions.resumed(state, request, at)
        case Update.CANCEL:
            transitions.cancelled(state, request, at)
        case Update.RESEND:
            resends.resend_asked(
                state, at, policy, from_form=False, actor=request.actor, reason=request.reason
            )
        case Update.RETRY:
            _retry_asked(state, request, at)
    return True


def _retry_refusal(state: EnrolmentState, at: datetime) -> RequestRefusal | None:
    """Return why there is nothing to try again at ``at``, None when there is something."""
    if state.links_void:
        return RequestRefusal.RETRY_ENDING
    waits_until = (state.mail_not_before, state.escalation_not_before, state.group_not_before)
    if state.problem is not None or any(until is not None and until > at for until in waits_until):
        return None
    return RequestRefusal.RETRY_NOT_NEEDED


def _retry_asked(state: EnrolmentState, request: AdminRequest, at: datetime) -> None:
    """Apply that an admin doesn't want to wait: what failed is due now.

    Nothing is sent sooner than the seven days, the grace or the send window allow.
    """
    state.mail_not_before = state.escalation_not_before = state.group_not_before = None
    tell(state, StoryKind.RETRIED, at, actor=request.actor, reason=request.reason)
