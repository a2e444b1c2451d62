"""What is told of a person from our own tables: the story, where they stand, what comes next.

Each table maps what happened to its text; ``{name}`` is filled in. Times are filled in as the
reader's clock has them. Nothing is ever decided by these texts.
"""

from enum import StrEnum

from domain.mail.content import Withheld
from domain.standing.why_not_sooner import HoldReason
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailState
from domain.tables.people import OtherEnd
from domain.tables.story import StoryKind

STORY = {
    StoryKind.IMPORTED: "Imported in batch {batch}.",
    StoryKind.INVITED: "The invitation was sent.",
    StoryKind.OPENED: "A mail was opened.",
    StoryKind.CLICKED: "The user clicked the button behind the link.",
    StoryKind.ADDED_TO_GROUP: "Added to the enforcement group{actor}.",
    StoryKind.REMINDED: "A reminder was sent.",
    StoryKind.FOLLOWED_UP: "A follow-up was sent.",
    StoryKind.ESCALATED: "The manager was told by mail.",
    StoryKind.BOUNCED: "The {mail} was returned{code}.",
    StoryKind.RESENT: "A new link was requested{actor}{because}.",
    StoryKind.RETRIED: "Another attempt was requested{actor}: {reason}",
    StoryKind.PAUSED: "Paused{actor}: {reason}",
    StoryKind.RESUMED: "Resumed{actor}: {reason}",
    StoryKind.CHECKED: "The registered methods were looked at.",
    StoryKind.REGISTERED: "An MFA method was found: the user is registered.",
    StoryKind.PROBLEM_MET: "Problem: {problem}",
    StoryKind.PROBLEM_SOLVED: "Solved: {problem}",
    StoryKind.ENDED: "{end}",
}

STANDS = {
    InviteStatus.PENDING: "Pending: not invited yet.",
    InviteStatus.SENT: "Sent: invited on {invited}, {reminders}, not clicked yet.",
    InviteStatus.CLICKED: "Clicked: on {clicked}; not in the enforcement group yet.",
    InviteStatus.ADDED_TO_GROUP: (
        "AddedToGroup: in the enforcement group since {added}; no MFA method is registered yet."
    ),
    InviteStatus.ACTIVE: "Active: an MFA method was first seen on {registered}.",
}
# Where the status alone would mislead.
STANDS_OTHERWISE = {
    "new-link": "Pending: a new link was requested; the last invitation was sent on {invited}.",
    "registered": "{status}: an MFA method was first seen on {registered}.",
    "ended": "{end} Last status: {status}.",
    "made-anew": (
        "{end} Another account has their user principal name now, and an enrolment of its own. "
        "Last status: {status}."
    ),
}

ENDS = {
    EnrolmentEnd.ACTIVE: "The enrolment is complete: the user is Active.",
    EnrolmentEnd.GONE: "The enrolment ended: the user is not in the directory.",
    EnrolmentEnd.DISABLED: "The enrolment ended: the account stayed disabled.",
    EnrolmentEnd.CANCELLED: "The enrolment was cancelled{actor}{reason}.",
    EnrolmentEnd.FAILED: "The enrolment failed.",
}

# Whether an import starts the person again.
RESTART = {
    EnrolmentEnd.ACTIVE: (
        "An import leaves this person alone, unless they have no method any more and the import "
        "starts such people again."
    ),
    EnrolmentEnd.CANCELLED: (
        "An import leaves this person alone, unless it starts cancelled people again."
    ),
    EnrolmentEnd.GONE: "An import starts it again once the directory knows the person.",
    EnrolmentEnd.DISABLED: "An import starts it again.",
    EnrolmentEnd.FAILED: "An import starts it again.",
}

# The same words in pages, verbs and reports.
OTHER_ENDS = {
    OtherEnd.CANCELLED: "Cancelled",
    OtherEnd.FAILED: "Failed",
    OtherEnd.OTHERWISE: "Ended otherwise",
}


# The other next steps have the names of their mails.
OTHER_STEPS = {
    NextStep.RESEND: "New link",
    NextStep.GROUP: "Adding the user to the enforcement group",
}


class When(StrEnum):
    """When the next step happens."""

    AT = "at"
    SOON = "soon"
    DUE = "due"
    NEVER = "never"
    PERSON = "person"
    HELD = "held"


NEXT_WHEN = {
    When.AT: "{step}, on {due} at the earliest.",
    When.SOON: "{step}, as soon as its turn comes.",
    When.DUE: "{step}, due since {due}.",
    When.HELD: "{step}, as soon as nothing blocks it.",
    When.PERSON: "Nothing is planned.",
    When.NEVER: "Nothing: the enrolment has ended.",
}

WORDS = {
    "by": " by {actor}",
    "because": ": {reason}",
    "code": " ({code})",
    "reminders-0": "not reminded",
    "reminders-1": "reminded once",
    "reminders": "reminded {count} times",
    "unknown": "unknown",
    "never": "never",
}

MAIL_STATES = {
    MailState.RESERVED: "waiting",
    MailState.DRAFTING: "being drafted",
    MailState.DRAFTED: "drafted",
    MailState.SENDING: "being sent",
    MailState.SENT: "sent",
    MailState.WITHDRAWN: "withdrawn",
    MailState.UNCONFIRMED: "not confirmed",
}

# Other outcomes are stored in words.
MAIL_OUTCOMES: dict[str, str] = {
    "accepted": "accepted by Exchange",
    Withheld.REGISTERED: "registered by then",
    Withheld.DISABLED: "the account is disabled",
    Withheld.EXCLUDED: "excluded from the rollout",
    Withheld.MISSING: "not in the directory any more",
    Withheld.NO_ADDRESS: "no mail address",
    Withheld.NO_MANAGER: "no manager to tell",
    Withheld.WINDOW_CLOSED: "the send window had closed",
}

ATTENTION = {
    AttentionKind.FAILED: "The enrolment failed",
    AttentionKind.BOUNCED: "Mail was returned",
    AttentionKind.NO_ADDRESS: "No mail address",
    AttentionKind.NO_MANAGER: "No manager to tell",
    AttentionKind.REMINDERS_USED_UP: "Reminders used up",
    AttentionKind.EXCLUDED_BUT_CLICKED: "Excluded, but clicked",
    AttentionKind.LIST_DIFFERS: "List and database differ",
    AttentionKind.LEFT_GROUP: "No longer in the group",
    AttentionKind.LOST_METHODS: "No MFA method any more",
    AttentionKind.STUCK: "The next step is overdue",
    AttentionKind.NOT_REGISTERED: "Clicked, not registered",
    AttentionKind.NOT_IN_GROUP: "Registered, not in the group",
    AttentionKind.MAIL_UNCONFIRMED: "A mail is not confirmed",
    AttentionKind.UNKNOWN_ROW: "A row names nobody in the directory",
}

# What an admin does about each reason for attention.
TO_DO = {
    AttentionKind.FAILED: "Read the error in the Temporal UI, then import the person again.",
    AttentionKind.BOUNCED: "Correct the mail address in Entra ID, or resend.",
    AttentionKind.NO_ADDRESS: (
        "Enter a mail address in Entra ID. It is read daily, and at once by `mfa-rollout retry`."
    ),
    AttentionKind.NO_MANAGER: (
        "Enter a manager in Entra ID: it is read once a week, and at once by `mfa-rollout retry`. "
        "Or tell the manager yourself."
    ),
    AttentionKind.REMINDERS_USED_UP: "Talk to the person: no further reminder is sent.",
    AttentionKind.EXCLUDED_BUT_CLICKED: "Decide: end the exclusion, or cancel the enrolment.",
    AttentionKind.LIST_DIFFERS: "Compare the row on the tracking list with `mfa-rollout show`.",
    AttentionKind.LEFT_GROUP: (
        "The row says that the person is in the group; Microsoft says they are not. Find out who "
        "removed them; `mfa-rollout add-to-group` adds them again."
    ),
    AttentionKind.LOST_METHODS: (
        "The row says Registered; Microsoft says there is no method. Import the person again with "
        "--restart-active."
    ),
    AttentionKind.STUCK: (
        "The next step has been due for more than a day, and nothing about the person holds it. "
        "Look at `mfa-rollout status` first: a missing worker or a blocked mailbox holds up many. "
        "`mfa-rollout show` says why it waits, and links to the Temporal UI."
    ),
    AttentionKind.NOT_REGISTERED: (
        "Talk to the person: they clicked {days} ago or earlier, and have not registered since."
    ),
    AttentionKind.NOT_IN_GROUP: (
        "Add the person by `mfa-rollout add-to-group`, or look at ADD_REGISTERED_USERS."
    ),
    AttentionKind.MAIL_UNCONFIRMED: "Look into the mailbox's Sent Items; resend if it is missing.",
    AttentionKind.UNKNOWN_ROW: "Correct the row of the file, and import it again.",
}

# Why the next step doesn't happen sooner; times are filled in as the reader's clock has them.
WHY = {
    HoldReason.ENDED: "The enrolment has ended.",
    HoldReason.PAUSED: "Paused by {actor}: {why}. It continues when an admin resumes it.",
    HoldReason.DISABLED: (
        "The account has been disabled since {since}. It continues once the account is enabled."
    ),
    HoldReason.RETURNED: (
        "Mail was returned on {since}. It continues when the address is corrected, or an admin "
        "resends."
    ),
    HoldReason.EXCLUDED: "Excluded from the rollout: not mailed, and not added to the group.",
    HoldReason.NO_ADDRESS: (
        "There has been no mail address since {since}. It continues once Entra ID has one."
    ),
    HoldReason.NO_MANAGER: (
        "There has been no manager with a mail address since {since}. It continues once Entra ID "
        "has one."
    ),
    HoldReason.PERSON: "Nothing is planned: waiting for the person to click or to register.",
    HoldReason.MAIL_STOPPED: (
        "All mail has been stopped since {since}, by {actor}: {why}. It leaves when mail is "
        "started again."
    ),
    HoldReason.MAILBOX_STOPPED: (
        "The sender mailbox has not been allowed to send since {since}. {why}. It is tried again "
        "every half hour."
    ),
    HoldReason.MAILBOX_PAUSED: (
        "The sender mailbox has been waiting for a test mail since {since}. {why}."
    ),
    HoldReason.WORKER_MISSING: (
        "No worker is running (last seen: {since}). Start one with `mfa-rollout worker`."
    ),
    HoldReason.RETRY: "The last attempt failed. The next one is on {until}.",
    HoldReason.SLOT: "The import has planned this invitation for {until}.",
    HoldReason.WINDOW: "Mail leaves in the send window only. The next window opens by {until}.",
    HoldReason.BUDGET: "The sender mailbox has sent its mails for today.",
    HoldReason.NOT_DUE: "It is not due before {until}.",
    HoldReason.TURN: "It is due and waits for its turn.",
}
