"""What is said to an enrolment: signals report facts, updates ask. Their names are wire contract.

Every signal carries an id of its event and the time of the hit: the workflow drops repeats, and
one that arrives late still tells when it happened.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.enrolment.policy import Policy
from domain.instants import in_utc
from domain.mail.returned.status_codes import BounceClass
from domain.plain_text import bounded_line
from domain.status import MailKind

# Ids are GUIDs, of which some have two.
LONGEST_ID = 100
LONGEST_CODE = 20
LONGEST_REASON = 1000


class Signal(StrEnum):
    """The signals of ``EnrolmentWorkflow``, for senders that can't import it."""

    LINK_CLICKED = "link_clicked"
    EMAIL_OPENED = "email_opened"
    RESEND_REQUESTED = "resend_requested"
    REGISTRATION_CHANGED = "registration_changed"
    MAIL_BOUNCED = "mail_bounced"
    ROW_DIFFERS = "row_differs"
    ADMIN_ASKED = "admin_asked"
    ROW_IS_AHEAD = "row_is_ahead"
    MANAGER_ERASED = "manager_erased"


class Update(StrEnum):
    """The updates of ``EnrolmentWorkflow``; each carries an ``AdminRequest``."""

    PAUSE = "pause"
    RESUME = "resume"
    RESEND = "resend"
    RETRY = "retry"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, bounded: whoever may signal may send anything."""

    event_id: str
    at: datetime

    def __post_init__(self) -> None:
        """Cut the id, and tell the time in UTC."""
        object.__setattr__(self, "event_id", bounded_line(self.event_id, LONGEST_ID))
        object.__setattr__(self, "at", in_utc(self.at))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClicked(Event):
    """The button behind the enrolment link was pressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailOpened(Event):
    """The tracking pixel of a mail was fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendRequested(Event):
    """Somebody asked for a new link on the form; ``network`` is a keyed hash of where."""

    network: str | None = None

    def __post_init__(self) -> None:
        """Cut the hash, too."""
        Event.__post_init__(self)
        object.__setattr__(self, "network", _bounded(self.network))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationChanged(Event):
    """The tenant's registration report says that this user's methods changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDiffers(Event):
    """The user's row on the tracking list is not as it was written; no columns: it isn't there."""

    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBounced(Event):
    """A mail of this enrolment came back to its sender.

    ``run_id`` and ``number`` tell which mail, as its ``MailKey`` did. ``code`` is the enhanced
    status code of RFC 3463 (``5.1.10``), empty where the report has none; ``bounce_class`` is what
    it means, which the worker says, so that a new table of codes changes no history.
    """

    kind: MailKind
    run_id: str
    number: int
    code: str
    bounce_class: BounceClass = BounceClass.ADDRESS

    def __post_init__(self) -> None:
        """Cut the code, too."""
        Event.__post_init__(self)
        object.__setattr__(self, "code", bounded_line(self.code, LONGEST_CODE))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminRequest:
    """An admin asks for something: who, and why. Both stay in the workflow's history.

    ``request_id`` is the update's id; a request that comes twice is done once.
    """

    actor: str
    reason: str
    # Empty in requests of programs that don't repeat themselves.
    request_id: str = ""

    def __post_init__(self) -> None:
        """Cut what is longer than anybody reads."""
        object.__setattr__(self, "request_id", bounded_line(self.request_id, LONGEST_ID))
        object.__setattr__(self, "actor", bounded_line(self.actor))
        object.__setattr__(self, "reason", bounded_line(self.reason, LONGEST_REASON))


class RequestRefusal(StrEnum):
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
    RESEND_JUST_SENT = "ResendJustSent"
    RETRY_ENDING = "RetryEnding"
    RETRY_NOT_NEEDED = "RetryNotNeeded"
    MAIL_ALREADY_STOPPED = "MailAlreadyStopped"
    MAIL_NOT_STOPPED = "MailNotStopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminAsked(Event):
    """An admin's request that no worker answered: Temporal keeps a signal until one runs."""

    update: Update
    request: AdminRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyLinkClicked(Event):
    """The button behind an older system's link, whose row names nobody by ObjectId.

    ``fields`` is the row as it was found.
    """

    fields: dict[str, str | int | float | bool | None]
    policy: Policy
    senders: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendAddress(Event):
    """What a stranger typed into the resend form, sealed: no history shows it.

    ``sealed_address`` is a UPN or a mail address, in any case (``domain.sealed_text``). ``network``
    is a keyed hash of where it was typed.
    """

    sealed_address: str
    network: str | None = None

    def __post_init__(self) -> None:
        """Cut a network that is longer than any of ours."""
        Event.__post_init__(self)
        object.__setattr__(self, "network", _bounded(self.network))


def _bounded(network: str | None) -> str | None:
    return None if network is None else bounded_line(network, LONGEST_ID)
