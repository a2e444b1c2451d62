"""What attempts of activities say while they wait, and what stays of a start in the Temporal UI.

Each table maps what happened to its text; ``{name}`` is filled in. Nothing is ever decided by these
texts: the ``FailureType`` says what they are.
"""

from enum import StrEnum

from domain.tables.mail import MailHold


class Waiting(StrEnum):
    """Why an activity isn't done yet, and is attempted again later."""

    USER_UNKNOWN = "user-unknown"
    USER_MISSING = "user-missing"
    METHODS_MISSING = "methods-missing"
    NOT_REGISTERED = "not-registered"
    NOT_REGISTERED_UNKNOWN_TYPES = "not-registered-unknown-types"
    SLOWED_DOWN = "slowed-down"
    STILL_DISABLED = "still-disabled"
    ACCOUNT_UNREADABLE = "account-unreadable"
    MAIL_STOPPED = "mail-stopped"
    IN_TRANSIT = "in-transit"
    PROBE_NOT_ARRIVED = "probe-not-arrived"


WAITING = {
    Waiting.USER_UNKNOWN: "The directory does not know this user yet.",
    Waiting.USER_MISSING: "The directory did not show the user (attempt {time} of {times}).",
    Waiting.METHODS_MISSING: (
        "The directory has the user, and Microsoft Graph does not show their methods: its cloud "
        "may have none (MICROSOFT_CLOUD)."
    ),
    Waiting.NOT_REGISTERED: "No MFA method is registered yet.",
    Waiting.NOT_REGISTERED_UNKNOWN_TYPES: (
        "No MFA method is registered yet; methods of unknown types: {types}."
    ),
    Waiting.SLOWED_DOWN: "Microsoft has asked us to slow down.",
    Waiting.STILL_DISABLED: "The account is still disabled.",
    Waiting.ACCOUNT_UNREADABLE: "The account can't be read: {reason}",
    Waiting.MAIL_STOPPED: "All mail is stopped, by {actor}: {reason}",
    Waiting.PROBE_NOT_ARRIVED: "The test mail has not arrived yet; looking again soon.",
    Waiting.IN_TRANSIT: "It is unclear whether the mail has left; looking again in two minutes.",
}

# Why a mail waits for its mailbox.
HOLDS = {
    MailHold.MAIL_STOPPED: "All mail is stopped.",
    MailHold.SENDER_PAUSED: "The sender mailbox may not send now: see `mfa-rollout status`.",
    MailHold.SENDER_THROTTLED: "Microsoft has asked to leave the sender mailbox alone for a while.",
    MailHold.MINUTE_FULL: "The sender mailbox has sent its mails for this minute.",
    MailHold.HOUR_FULL: "The sender mailbox has sent its mails for this hour.",
    MailHold.DAY_FULL: "The sender mailbox has sent its mails for today.",
    MailHold.INVITATIONS_FULL: "The sender mailbox has sent its invitations for today.",
}


class Found(StrEnum):
    """What an activity fails with on purpose, so that its workflow learns of it."""

    UNKNOWN_METHODS = "unknown-methods"
    NO_UNKNOWN_METHODS = "no-unknown-methods"


FOUND = {
    Found.UNKNOWN_METHODS: "The only methods are of a type unknown to this version: {types}.",
    Found.NO_UNKNOWN_METHODS: "There is no method of an unknown type any more.",
}
PEOPLE = {
    "named": "{name} ({user_principal_name})",
    "unnamed": "{user_principal_name}",
}
