"""What is said to an enrolment: signals report facts, updates ask. Their names are wire contract.

Every signal carries an id of its event and the time of the hit: the workflow drops repeats, and
news that arrives late still tells when it happened.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.enrolment.policy import Policy
from domain.enrolment.status import MailKind


class Signal(StrEnum):
    """The signals of ``EnrolmentWorkflow``, for senders that can't import it."""

    LINK_CLICKED = "link_clicked"
    EMAIL_OPENED = "email_opened"
    RESEND_REQUESTED = "resend_requested"
    REGISTRATION_CHANGED = "registration_changed"
    MAIL_BOUNCED = "mail_bounced"
    ROW_DIFFERS = "row_differs"


class Update(StrEnum):
    """The updates of ``EnrolmentWorkflow``; each carries an ``AdminRequest``."""

    PAUSE = "pause"
    RESUME = "resume"
    RESEND = "resend"
    CANCEL = "cancel"


class Query(StrEnum):
    """The queries of ``EnrolmentWorkflow``."""

    STATE = "state"
    MIRRORED = "mirrored"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClicked:
    """The button behind the enrolment link was pressed."""

    event_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailOpened:
    """The tracking pixel of a mail was fetched."""

    event_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendRequested:
    """Somebody asked for a new link on the public form."""

    event_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationChanged:
    """The tenant's registration report says that this user's methods changed."""

    event_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDiffers:
    """The user's row on the tracking list is not as it was written; no columns: it isn't there."""

    event_id: str
    at: datetime
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBounced:
    """A mail of this enrolment came back to its sender.

    ``run_id`` and ``number`` tell which mail, as its ``MailKey`` did. ``code`` is the enhanced
    status code of RFC 3463 (``5.1.10``), empty where the report has none.
    """

    event_id: str
    at: datetime
    kind: MailKind
    run_id: str
    number: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminRequest:
    """An admin asks for something: who, and why. Both stay in the workflow's history."""

    actor: str
    reason: str


class Refusal(StrEnum):
    """Why an admin's request is refused: the ``type`` of the error that the update fails with."""

    ALREADY_PAUSED = "AlreadyPaused"
    NOT_PAUSED = "NotPaused"
    ALREADY_CANCELLED = "AlreadyCancelled"
    RESEND_CANCELLED = "ResendCancelled"
    RESEND_GONE = "ResendGone"
    RESEND_REGISTERED = "ResendRegistered"
    RESEND_PAUSED = "ResendPaused"
    RESEND_DISABLED = "ResendDisabled"
    RESEND_EXCLUDED = "ResendExcluded"
    RESEND_NOT_INVITED = "ResendNotInvited"
    MAIL_ALREADY_STOPPED = "MailAlreadyStopped"
    MAIL_NOT_STOPPED = "MailNotStopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyLinkClicked:
    """The button behind an older system's link, whose row names nobody by ObjectId.

    ``fields`` is the row as it was found.
    """

    event_id: str
    at: datetime
    fields: dict[str, str | int | float | bool | None]
    policy: Policy
    senders: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendAddress:
    """What was typed into the resend form: a UPN or a mail address, in any case."""

    event_id: str
    address: str
    at: datetime
