"""What the Temporal UI says of an enrolment: summaries, what is next, labels, and how it ended.

Each table maps a step, or a fact, to its text; ``{name}`` is filled in. Nothing is ever decided by
these texts.
"""

from datetime import datetime
from enum import StrEnum

from domain.enrolment.decisions import WaitFor
from domain.status import EnrolmentEnd, MailKind


class Step(StrEnum):
    """An activity, or a timer that stands for no due date."""

    LOOK_UP = "look-up"
    LOOK_UP_RETRY = "look-up-retry"
    DELIVER_MAIL = "deliver-mail"
    WITHDRAW_MAIL = "withdraw-mail"
    ADD_TO_GROUP = "add-to-group"
    GROUP_RETRY = "group-retry"
    AWAIT_REGISTRATION = "await-registration"
    AWAIT_ENABLED = "await-enabled"
    WRITE_ROW = "write-row"
    WRITE_ROW_RETRY = "write-row-retry"
    RECORD = "record"
    CANCEL = "cancel"


class Doing(StrEnum):
    """What is under way, or over, where nothing is due and nobody has to act."""

    LOOKING_UP = "looking-up"
    MAIL_QUEUE = "mail-queue"
    GROUP = "group"
    DISABLED = "disabled"
    REGISTRATION_RETRY = "registration-retry"
    ENDED = "ended"


SUMMARIES = {
    Step.LOOK_UP: "Look up the user, and create or adopt the row on the tracking list",
    Step.LOOK_UP_RETRY: "Retry looking up the user",
    Step.DELIVER_MAIL: "Send the {mail}",
    Step.WITHDRAW_MAIL: "Withdraw the {mail}",
    Step.ADD_TO_GROUP: "Add the user to the enforcement group",
    Step.GROUP_RETRY: "Wait before adding the user to the enforcement group is retried",
    Step.AWAIT_REGISTRATION: "Check until an MFA method is registered",
    Step.AWAIT_ENABLED: "Check daily until the account is enabled",
    Step.WRITE_ROW: "Update the tracking list: {columns}",
    Step.WRITE_ROW_RETRY: "Retry updating the tracking list",
    Step.RECORD: "Update the database",
    Step.CANCEL: "Ask Temporal to cancel this enrolment",
}

NEW_LINK = "new-link"
MAILS: dict[str, str] = {
    MailKind.INVITATION: "invitation",
    MailKind.REMINDER: "reminder",
    MailKind.FOLLOW_UP: "follow-up",
    MailKind.ESCALATION: "mail to the manager",
    NEW_LINK: "invitation with a new link",
}

# Said with the instant where there is one: "Send a reminder at 09:00 UTC on 9 Mar 2026".
NEXT: dict[WaitFor | Doing, str] = {
    WaitFor.INVITATION: "Send the invitation",
    WaitFor.REMINDER: "Send a reminder",
    WaitFor.FOLLOW_UP: "Send a follow-up",
    WaitFor.ESCALATION: "Tell the manager",
    WaitFor.GROUP_RETRY: "Retry adding the user to the enforcement group",
    WaitFor.CLICK_OR_REGISTRATION: "Nothing is due; waiting for the user to click or register",
    WaitFor.ADDRESS: "Mail was returned; waiting for the address to be corrected",
    WaitFor.RESUME: "Paused; waiting for an admin to resume",
    Doing.LOOKING_UP: "Look up the user again once the directory and the list can be read",
    Doing.MAIL_QUEUE: "The invitation is waiting for its turn in the mail queue",
    Doing.GROUP: "Adding the user to the enforcement group; this is taking longer than usual",
    Doing.DISABLED: "The account is disabled; waiting for it to be enabled",
    Doing.REGISTRATION_RETRY: "Retry reading the authentication methods",
    Doing.ENDED: "Nothing; the enrolment has ended",
}

LABELS = {
    "person": "Person",
    "user-principal-name": "User principal name",
    "department": "Department",
    "status": "Status",
    "registration": "MFA registration",
    "in-group": "In the enforcement group",
    "invited": "Invited",
    "opened": "First opened",
    "clicked": "Clicked",
    "added-to-group": "Added to the enforcement group",
    "reminded": "Last reminder",
    "nudges": "Reminders / follow-ups",
    "escalated": "Manager told",
    "registered": "Registered",
    "paused": "Paused by",
    "cancelled": "Cancelled by",
    "problem": "Needs attention",
    "ended": "Ended",
    "refused": "Refused by the tracking list",
    "next": "Next",
}
VALUES = {
    "yes": "yes",
    "no": "no",
    "who-and-why": "{actor}: {reason}",
    "due": "{next} at {at:%H:%M} UTC on {at:%d %b %Y}",
}

RESULTS = {
    EnrolmentEnd.ACTIVE: "MFA registration confirmed, first seen {registered}.",
    EnrolmentEnd.GONE: "The user is no longer in the directory.",
    EnrolmentEnd.DISABLED: "The account stayed disabled for too long.",
}


def summary(step: Step, **values: str) -> str:
    """Return the summary of an activity or a timer."""
    return SUMMARIES[step].format_map(values)


def mail_name(kind: MailKind, *, resend: bool) -> str:
    """Return what a mail is called in a summary."""
    return MAILS[NEW_LINK if resend else kind]


def next_step(what: WaitFor | Doing, at: datetime | None = None) -> str:
    """Return what happens next, and when (aware UTC) if that is known."""
    return VALUES["due"].format(next=NEXT[what], at=at) if at else NEXT[what]
