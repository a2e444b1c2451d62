"""What admins ask of an enrolment: why a request is refused, and what it changes."""

from collections.abc import Mapping
from datetime import datetime

from domain.enrolment import retries, transitions
from domain.enrolment.messages import AdminRequest, RequestRefusal, Update
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.mail import resends

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
        refusal = retries.retry_refusal(state, at)
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
            resends.resend_asked(state, at, policy, from_form=False, actor=request.actor)
        case Update.RETRY:
            retries.retry_asked(state, request, at)
    return True
