"""What the Temporal UI says of the small workflows around enrolments.

Each table maps a step, or a fact, to its text; ``{name}`` is filled in. Nothing is ever decided by
these texts.
"""

from enum import StrEnum

from domain.bulk.records import PersonOutcome


class Step(StrEnum):
    """An activity of a small workflow."""

    LEGACY_LOOK_UP = "legacy-look-up"
    LEGACY_START = "legacy-start"
    RESEND_LOOK_UP = "resend-look-up"
    BOUNCES = "bounces"
    DRAFTS = "drafts"
    PROBE = "probe"
    RECONCILE = "reconcile"
    RECHECK = "recheck"
    STUCK = "stuck"
    HIGH_WATER = "high-water"
    RETENTION = "retention"
    ERASE_ENROLMENT = "erase-enrolment"
    ERASE_TABLES = "erase-tables"
    ERASE_LIST = "erase-list"
    ERASE_MANAGER = "erase-manager"
    ERASE_HISTORIES = "erase-histories"
    ERASE_IMPORTS = "erase-imports"
    REQUEST_ASK = "request-ask"
    REQUEST_GROUP = "request-group"
    REQUEST_AGAIN = "request-again"
    REQUEST_FINISH = "request-finish"
    UNDO_STOP = "undo-stop"
    UNDO_CHOOSE = "undo-choose"
    UNDO_PEOPLE = "undo-people"
    SWEEP_WANTED = "sweep-wanted"
    SWEEP_PAGE = "sweep-page"
    SWEEP_SIGNAL = "sweep-signal"
    REPORT_READ = "report-read"
    REPORT_SEND = "report-send"
    REPORT_WITHDRAW = "report-withdraw"
    REPORT_END = "report-end"
    WEBHOOK = "webhook"
    WEBHOOK_TEST = "webhook-test"
    SAMPLE_MAIL = "sample-mail"


SUMMARIES = {
    Step.LEGACY_LOOK_UP: "Look up the person by the name in the row",
    Step.LEGACY_START: "Start the person's enrolment with the click",
    Step.RESEND_LOOK_UP: "Look up the address",
    Step.BOUNCES: "Look for returned mails in the sender mailboxes",
    Step.DRAFTS: "Delete drafts that are no longer needed from the sender mailboxes",
    Step.PROBE: "Send a test mail from the sender mailbox to itself, and look whether it arrives",
    Step.RECONCILE: "Compare the tracking list with the database",
    Step.RECHECK: "Compare people who are Active with the group and their methods",
    Step.STUCK: "Look for enrolments that an error has stopped",
    Step.HIGH_WATER: "Record the database's latest revision",
    Step.RETENTION: "Delete details of people who ended long ago",
    Step.ERASE_ENROLMENT: "End the enrolment",
    Step.ERASE_TABLES: "Delete the person's rows in our tables",
    Step.ERASE_LIST: "Delete the person's row on the tracking list",
    Step.ERASE_MANAGER: "Delete the person's name where they are the manager of others",
    Step.ERASE_HISTORIES: "Delete the histories of the enrolment",
    Step.ERASE_IMPORTS: "Look at the histories of imports",
    Step.REQUEST_ASK: "Ask the enrolments, some at a time",
    Step.REQUEST_GROUP: "Add people to the enforcement group, some at a time",
    Step.REQUEST_AGAIN: "Look for people who could not be reached",
    Step.REQUEST_FINISH: "Record how the request ended",
    Step.UNDO_STOP: "Stop the import if it is still running",
    Step.UNDO_CHOOSE: "Look for people whom the import brought",
    Step.UNDO_PEOPLE: "Take the enrolments back, some at a time",
    Step.SWEEP_WANTED: "Decide whether to read the registration report",
    Step.SWEEP_PAGE: "Read a page of the registration report",
    Step.SWEEP_SIGNAL: "Ask enrolments to look at their users' methods: {count}",
    Step.REPORT_READ: "Read the figures of the report",
    Step.REPORT_SEND: "Send the report to a recipient",
    Step.REPORT_WITHDRAW: "Withdraw a report that did not leave in time",
    Step.REPORT_END: "Keep the figures for the next report",
    Step.WEBHOOK: "Post status changes to the webhook",
    Step.WEBHOOK_TEST: "Post a test message to the webhook",
    Step.SAMPLE_MAIL: "Send an admin a mail with sample names",
}


class Said(StrEnum):
    """What a workflow shows of its state or its end."""

    MAIL_STOPPED = "mail-stopped"
    RECHECK = "recheck"
    RECHECK_UNREAD = "recheck-unread"
    RECHECK_HIDDEN = "recheck-hidden"
    MAIL_ON = "mail-on"
    BOUNCES = "bounces"
    SENDER_PROBED = "sender-probed"
    SENDER_STOPPED = "sender-stopped"
    SENDER_READY = "sender-ready"
    DRAFTS = "drafts"
    STUCK = "stuck"
    RETENTION = "retention"
    SWEEP_UNWANTED = "sweep-unwanted"
    SWEEP_OBSTACLE = "sweep-obstacle"
    SWEEP_CIRCLE = "sweep-circle"
    SWEEP_DONE = "sweep-done"
    REPORT = "report"
    WEBHOOK = "webhook"
    WEBHOOK_GIVEN_UP = "webhook-given-up"


SAID = {
    Said.RECHECK: (
        "Looked at people who are Active: {people}. Left the group: {left}. Without a method now: "
        "{lost}."
    ),
    Said.RECHECK_UNREAD: (
        "Couldn't be looked at, and will be tried again tomorrow: {people}. The first: {reason}"
    ),
    Said.RECHECK_HIDDEN: (
        "The enforcement group hides its members, so nobody is said to have left it: see "
        "`mfa-rollout doctor`."
    ),
    Said.MAIL_STOPPED: "**Mail is stopped** by {actor}: {reason}",
    Said.MAIL_ON: "Mail is on.",
    Said.BOUNCES: "Mails that had been returned: {count}.",
    Said.SENDER_PROBED: "Mail of this mailbox was refused. A test mail shows if it may send.",
    Said.SENDER_STOPPED: (
        "**The mailbox may not send.** `mfa-rollout status` says what to do; a test mail is sent "
        "every half hour, and mail continues when one arrives."
    ),
    Said.SENDER_READY: "The mailbox may send again.",
    Said.DRAFTS: "Drafts that were deleted: {count}.",
    Said.STUCK: "Workflows that an error has stopped: {count}.",
    Said.RETENTION: "Deleted: details of people: {people}; rows of imports: {rows}.",
    Said.SWEEP_UNWANTED: "The report was not read: the sweep is off, or there are too few people.",
    Said.SWEEP_OBSTACLE: "{obstacle} Users are still looked at directly.",
    Said.SWEEP_CIRCLE: (
        "A page of the report leads back to an earlier one, so the rest was not read. Users are "
        "still looked at directly."
    ),
    Said.SWEEP_DONE: "People being enrolled who are in the report: {found}; newly: {signalled}.",
    Said.REPORT: "Recipients to whom the report was sent: {sent} of {recipients}.",
    Said.WEBHOOK: "Messages that were delivered: {count}.",
    Said.WEBHOOK_GIVEN_UP: (
        "**The webhook was given up.** Messages that were delivered before: {count}. "
        "`mfa-rollout webhooks list` says why."
    ),
}

RECONCILED = {
    "rows": "Rows of the list",
    "compared": "Rows of people being enrolled",
    "older_tokens": "Links of an older system",
    "different": "Rows that differ from the database",
    "missing": "Rows that are missing",
    "lacking": "People who are missing in the database",
    "duplicates": "Second rows of one person",
    "emptied": "Rows that hold less than was written",
    "put_right": "Rows to be corrected",
    "created_again": "Rows to be created again",
}
REBUILD = (
    "**Nothing was corrected: the list and the database differ too much, or people are missing in "
    "the database. Run `mfa-rollout rebuild`, then this again.**"
)
NOT_KEPT = (
    "**Columns that don't keep what is written, and weren't compared: {names}. See "
    "`mfa-rollout doctor`.**"
)

# How the outcomes of a request about many people are shown.
OUTCOME_LABELS = {
    PersonOutcome.DONE: "Done",
    PersonOutcome.RECORDED: "Recorded: takes effect when a worker answers",
    PersonOutcome.REFUSED: "Refused",
    PersonOutcome.ENDED: "No enrolment was running",
    PersonOutcome.NOT_REACHED: "Not reached",
    PersonOutcome.STOPPED: "Stopped before their turn",
    PersonOutcome.ERASED: "Erased: there had been no mail",
    PersonOutcome.KEPT: "Cancelled, and the row kept: there had been mail",
}
