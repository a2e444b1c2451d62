"""The sentences that tell a forecast. Nothing else reads them."""

from collections.abc import Mapping
from enum import StrEnum

from domain.forecast.rates import RatesSource


class Line(StrEnum):
    """What a line of a forecast is about."""

    MAIL_STOPPED = "mail-stopped"
    MAILBOX_BLOCKED = "mailbox-blocked"
    MAILBOXES_BLOCKED = "mailboxes-blocked"
    LAST_INVITATION = "last-invitation"
    NO_INVITATION = "no-invitation"
    INVITATIONS_LEFT = "invitations-left"
    INVITATIONS_STOPPED = "invitations-stopped"
    INVITATIONS_BLOCKED = "invitations-blocked"
    BUSIEST_DAY = "busiest-day"
    ESCALATIONS = "escalations"
    AT_DEADLINE = "at-deadline"
    AT_END = "at-end"
    DEADLINE_PASSED = "deadline-passed"
    SHARE_REACHED = "share-reached"
    SHARE_NOT_REACHED = "share-not-reached"
    MAILBOX_HELPS = "mailbox-helps"
    MAILBOXES_HELP = "mailboxes-help"
    NO_WAVES_HELP = "no-waves-help"


LINES: Mapping[Line, str] = {
    Line.MAIL_STOPPED: "All mail is stopped, so no mail leaves in this forecast.",
    Line.MAILBOX_BLOCKED: "{mailbox} is blocked, so no mail leaves it in this forecast.",
    Line.LAST_INVITATION: "Last invitation: {day}.",
    Line.NO_INVITATION: "Last invitation: there is none to send.",
    Line.INVITATIONS_LEFT: ("Last invitation: not within two years; {left:,} not invited by then."),
    Line.INVITATIONS_STOPPED: (
        "Last invitation: not while all mail is stopped; {left:,} are not invited."
    ),
    Line.INVITATIONS_BLOCKED: (
        "Last invitation: not while {mailboxes} may not send; {left:,} are not invited."
    ),
    Line.BUSIEST_DAY: (
        "Busiest day: {day}; mails from one mailbox: {mails:,} of {limit:,} that it may send."
    ),
    Line.ESCALATIONS: "Managers who are told: {mails:,} in all.",
    Line.AT_DEADLINE: (
        "Registered by the deadline, {day}: {registered:,} of {people:,} ({percent}%), between "
        "{low:,} and {high:,}; expected to be missing: {missing:,}."
    ),
    Line.AT_END: (
        "Registered at the end of this forecast, {day}: {registered:,} of {people:,} ({percent}%), "
        "between {low:,} and {high:,}."
    ),
    Line.DEADLINE_PASSED: "The deadline, {day}, is before the first day of this forecast.",
    Line.SHARE_REACHED: "{share}% are registered: {day}.",
    Line.SHARE_NOT_REACHED: "{share}% are registered: not in this forecast.",
    Line.MAILBOX_HELPS: "With 1 more mailbox: {gains}.",
    Line.MAILBOXES_HELP: "With {mailboxes} more mailboxes: {gains}.",
    Line.NO_WAVES_HELP: "Without waves: {gains}.",
}

# After what is forecast, in a sentence or in the title of a plot.
CONDITIONS: Mapping[Line, str] = {
    Line.MAIL_STOPPED: "if all mail stays stopped",
    Line.MAILBOX_BLOCKED: "if {mailbox} stays blocked",
    Line.MAILBOXES_BLOCKED: "if {number} mailboxes stay blocked",
}

GAINS: Mapping[str, str] = {
    "day": "the last invitation leaves 1 day earlier",
    "days": "the last invitation leaves {days:,} days earlier",
    "people": "the number of people registered by the deadline grows by {people:,}",
}

RATES: Mapping[RatesSource, str] = {
    RatesSource.ASSUMED: "Assumed, not measured: {rates}.",
    RatesSource.GIVEN: "Given: {rates}.",
    RatesSource.SEEN: "Seen so far: {rates}.",
}

RATE_WORDS: Mapping[str, str] = {
    "invitation": "{percent}% register after the invitation",
    "reminder": "{percent}% after reminder {number}",
    "each": "{percent}% after each reminder",
    "reminders": "{percent}% after each further reminder",
    "escalation": "{percent}% after the mail to the manager",
    "clicks": "{percent}% click and do not register",
}
