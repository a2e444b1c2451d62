"""What is said of the outcomes of a request about many people; nothing is decided by it."""

from domain.bulk.records import GroupReason, PersonOutcome, RequestAction
from domain.enrolment.messages import RequestRefusal
from domain.wording.counted import counted
from workflows.texts import OUTCOME_LABELS

WAITING = "Waiting"
# Without the names of others, since many people are told of together.
REASONS: dict[str, str] = {
    RequestRefusal.ALREADY_PAUSED: "paused already",
    RequestRefusal.NOT_PAUSED: "not paused",
    RequestRefusal.ALREADY_CANCELLED: "cancelled already",
    RequestRefusal.RESEND_CANCELLED: "the enrolment is cancelled",
    RequestRefusal.RESEND_GONE: "no longer in the directory",
    RequestRefusal.RESEND_REGISTERED: "already registered",
    RequestRefusal.RESEND_PAUSED: "paused; resume first",
    RequestRefusal.RESEND_DISABLED: "the account is disabled",
    RequestRefusal.RESEND_EXCLUDED: "excluded from the rollout",
    RequestRefusal.RESEND_NOT_INVITED: "the invitation is still on its way",
    RequestRefusal.RESEND_JUST_SENT: "a link left less than a minute ago",
    RequestRefusal.RETRY_ENDING: "the enrolment is ending",
    RequestRefusal.RETRY_NOT_NEEDED: "nothing has failed",
    GroupReason.ALREADY_MEMBER: "in the group already",
    GroupReason.EXCLUDED: "excluded from the rollout",
    GroupReason.BY_ENROLMENT: "the enrolment was running, and tries again",
    GroupReason.NOT_REGISTERED: "no MFA method is registered",
    GroupReason.REMOVED_FROM_GROUP: "taken out of the enforcement group",
    GroupReason.LEFT_IN_GROUP: "still in the enforcement group: we did not put them there",
    "still-running": "the enrolment did not end within a minute",
}
REFUSED = {
    RequestAction.PAUSE: "{number} {are} paused already",
    RequestAction.RESUME: "{number} {are} not paused",
    RequestAction.RESEND: "{number} can't be sent a new link now",
    RequestAction.RETRY: "nothing has failed for {number}",
    RequestAction.CANCEL: "{number} {are} cancelled already",
    RequestAction.ADD_TO_GROUP: "{number} {are} not registered, or in the group already",
}
WILL_BE = {RequestAction.ADD_TO_GROUP: "{number} will be added."}
WILL_BE_ASKED = "{number} will be asked."
ENDED = "{number} {have} ended"


def outcome_text(outcome: PersonOutcome | None, reason: str | None) -> str:
    """Return what is said of people with this outcome, and why."""
    label = WAITING if outcome is None else OUTCOME_LABELS[outcome]
    return label if reason is None else f"{label} ({REASONS.get(reason, reason)})"


def will_be_text(action: RequestAction, number: int) -> str:
    """Return what a preview says of people for whom there is something to do."""
    told = f"{number:,}" if number else "Nobody"
    return WILL_BE.get(action, WILL_BE_ASKED).format(number=told)


def refused_text(action: RequestAction, number: int) -> str:
    """Return what a preview says of people for whom there is nothing to do."""
    return _counted(REFUSED[action], number)


def ended_text(number: int) -> str:
    """Return what a preview says of people whose enrolments have ended."""
    return _counted(ENDED, number)


def others_text(before: int | None, now: int) -> str:
    """Return what is said where others are found than ``before`` were shown; nothing was done."""
    if before is None:
        number = f"{counted(now, 'person')} now"
    elif before == now:
        number = f"{counted(now, 'person')}, as before, but not the same"
    else:
        number = f"{counted(now, 'person')} now, {before:,} before"
    return f"Nothing was done: other people are found than a moment ago ({number}). Look again."


def _counted(text: str, number: int) -> str:
    are, have = ("is", "has") if number == 1 else ("are", "have")
    return text.format(number=number, are=are, have=have)
