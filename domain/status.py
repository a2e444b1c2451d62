"""The words in which an enrolment's standing is told, spelled as the tracking list spells them."""

from enum import StrEnum


class InviteStatus(StrEnum):
    """Where a user stands; the seed's five states and nothing else."""

    PENDING = "Pending"
    SENT = "Sent"
    CLICKED = "Clicked"
    ADDED_TO_GROUP = "AddedToGroup"
    ACTIVE = "Active"


class RegistrationState(StrEnum):
    """Whether a user has registered an MFA method, as far as we have seen."""

    REGISTERED = "Registered"
    NOT_REGISTERED = "Not Registered"


class GroupAnswer(StrEnum):
    """What came of adding a user to the enforcement group."""

    ADDED = "added"
    ALREADY_MEMBER = "already-member"
    EXCLUDED = "excluded"


class Source(StrEnum):
    """How a user came onto the list."""

    CSV_UPLOAD = "CSV Upload"
    MANUAL = "Manual"


class MailKind(StrEnum):
    """The four mails; the value is what the header ``X-MFA-Rollout-Mail`` carries."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    FOLLOW_UP = "follow-up"
    ESCALATION = "escalation"


class EnrolmentEnd(StrEnum):
    """How an enrolment ended."""

    ACTIVE = "active"
    GONE = "gone"
    DISABLED = "disabled"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Concern(StrEnum):
    """What a problem is about; it is over when that works again."""

    DIRECTORY = "directory"
    ACCOUNT = "account"
    EXCLUSION = "exclusion"
    MAIL = "mail"
    MANAGER = "manager"
    GROUP = "group"
    REGISTRATION = "registration"
    METHODS = "methods"
    DELIVERY = "delivery"
    LIST = "list"
    WORKFLOW = "workflow"
    END = "end"
