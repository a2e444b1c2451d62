"""What ``show`` says: one sentence for each step of a person's story.

Each table maps what happened, by its type, to its text; ``{name}`` is filled in. Nothing is ever
decided by these texts.
"""

from enum import StrEnum

from activities.enrolment.account import DirectoryActivities
from activities.enrolment.cancellation import CancellationActivities
from activities.enrolment.group import GroupActivities
from activities.enrolment.intake import IntakeActivities
from activities.mail.activities import MailActivities
from activities.registration.poll import RegistrationActivities
from activities.tracking_list.write_row import RowActivities
from domain.enrolment.messages import Signal, Update
from domain.mail.content import Withheld

# Activities by the type names under which a history knows them.
LOOK_UP = IntakeActivities.look_up_and_adopt.__name__
DELIVER_MAIL = MailActivities.deliver_mail.__name__
WITHDRAW_MAIL = MailActivities.withdraw_mail.__name__
ADD_TO_GROUP = GroupActivities.add_to_group.__name__
AWAIT_REGISTRATION = RegistrationActivities.await_registration.__name__
AWAIT_ENABLED = DirectoryActivities.await_enabled.__name__
WRITE_ROW = RowActivities.write_row.__name__
CANCEL = CancellationActivities.request_cancellation.__name__


class Told(StrEnum):
    """A step of the story that its activity's type and result tell."""

    STARTED = "started"
    STARTED_UNNAMED = "started-unnamed"
    LOOKED_UP = "looked-up"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"
    ADDED_TO_GROUP = "added-to-group"
    NOT_ADDED = "not-added"
    REGISTERED = "registered"
    GONE = "gone"
    DETAILS_CHANGED = "details-changed"
    UNKNOWN_METHODS = "unknown-methods"
    ENABLED = "enabled"
    DISABLED_TOO_LONG = "disabled-too-long"
    UNKNOWN_SIGNAL = "unknown-signal"


STEPS = {
    Told.STARTED: "The enrolment of {who} started.",
    Told.STARTED_UNNAMED: "The enrolment started.",
    Told.LOOKED_UP: "Found the user in the directory, and their row on the tracking list.",
    Told.SENT: "Sent the {mail}.",
    Told.UNCONFIRMED: "The {mail} may have been sent: Microsoft did not confirm it.",
    Told.WITHDRAWN: "Withdrew the {mail} before it was sent.",
    Told.ADDED_TO_GROUP: "Added the user to the enforcement group.",
    Told.NOT_ADDED: "Did not add the user to the enforcement group: excluded from the rollout.",
    Told.REGISTERED: "Found an MFA method: the user is registered.",
    Told.GONE: "The user is no longer in the directory.",
    Told.DETAILS_CHANGED: "The user's name, address or account changed in the directory.",
    Told.UNKNOWN_METHODS: "Found methods of a type unknown to this version: {types}.",
    Told.ENABLED: "The account was enabled again.",
    Told.DISABLED_TOO_LONG: "The account stayed disabled for too long.",
    Told.UNKNOWN_SIGNAL: "Somebody sent the signal {name}.",
}

WITHHELD = {
    Withheld.REGISTERED: "The {mail} was not sent: the user is already registered.",
    Withheld.DISABLED: "The {mail} was not sent: the account is disabled.",
    Withheld.EXCLUDED: "The {mail} was not sent: the user is excluded from the rollout.",
    Withheld.MISSING: "The {mail} was not sent: the directory does not show the user.",
    Withheld.NO_ADDRESS: "The {mail} was not sent: the user has no mail address.",
    Withheld.NO_MANAGER: "The {mail} was not sent: there is no manager with a mail address.",
    Withheld.WINDOW_CLOSED: "The {mail} has to wait for the next send window.",
}

# Only what failed for good: attempts that are repeated by themselves are no part of the story.
FAILED = {
    LOOK_UP: "Could not look up the user: {reason}",
    DELIVER_MAIL: "Could not send the {mail}: {reason}",
    WITHDRAW_MAIL: "Could not withdraw the {mail}: {reason}",
    ADD_TO_GROUP: "Could not add the user to the enforcement group: {reason}",
    AWAIT_REGISTRATION: "Could not read the user's authentication methods: {reason}",
    AWAIT_ENABLED: "Could not look at the account: {reason}",
    WRITE_ROW: "Could not update the tracking list: {reason}",
    CANCEL: "Could not ask Temporal to cancel the enrolment: {reason}",
}

SIGNALS = {
    Signal.LINK_CLICKED: "The user clicked the button behind the link.",
    Signal.EMAIL_OPENED: "A mail was opened.",
    Signal.RESEND_REQUESTED: "A new link was requested on the form.",
    Signal.REGISTRATION_CHANGED: "The registration report showed a change.",
    Signal.MAIL_BOUNCED: "The {mail} was returned{code}.",
    Signal.ROW_DIFFERS: "The row on the tracking list had been changed by hand, and was corrected.",
    Signal.ADMIN_ASKED: "While no worker was running, this was asked for. {request}",
    Signal.ROW_IS_AHEAD: "After a restore of Temporal's database, the row knew more; it was used.",
    Signal.MANAGER_ERASED: "The manager's name was erased.",
}

REQUESTS = {
    Update.PAUSE: "{actor} paused the enrolment: {reason}",
    Update.RESUME: "{actor} resumed the enrolment: {reason}",
    Update.RESEND: "{actor} sent a new link: {reason}",
    Update.RETRY: "{actor} asked to try again at once: {reason}",
    Update.CANCEL: "{actor} cancelled the enrolment: {reason}",
}


class Ending(StrEnum):
    """An end without a result."""

    CANCELLED = "cancelled"
    TERMINATED = "terminated"
    TIMED_OUT = "timed-out"
    FAILED = "failed"


ENDINGS = {
    Ending.CANCELLED: "The enrolment ended: it was cancelled.",
    Ending.TERMINATED: "The enrolment was terminated in Temporal.",
    Ending.TIMED_OUT: "The enrolment ended: it took too long.",
    Ending.FAILED: "The enrolment failed: {reason}",
}
