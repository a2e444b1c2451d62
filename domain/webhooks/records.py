"""What is stored of webhooks and of what they are to be told."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.status import EnrolmentEnd, InviteStatus


class WebhookTrouble(StrEnum):
    """Why a message was not delivered."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    NOT_PUBLIC = "not-public"
    ANSWERED = "answered"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of status changes.

    Attributes:
        created_by_id: the ObjectId of who added it, None where nobody has verified the name.
        secret: what messages are signed with, ``whsec_`` and Base64.
        statuses: those of which it is told; none means all.
        enabled: False once it was given up.
        delivered_at: when it took a message last.
        trouble: why it didn't take the last one, None where it did.
        answered: the HTTP status, where that is the trouble.
        failing_since: when the first of the attempts failed that have failed since.
    """

    webhook_id: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    created_by: str
    created_at: datetime
    statuses: tuple[InviteStatus, ...] = ()
    enabled: bool = True
    delivered_at: datetime | None = None
    trouble: WebhookTrouble | None = None
    answered: int | None = None
    failing_since: datetime | None = None
    created_by_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAttempt:
    """One message that was posted: taken where there is no trouble.

    It names nobody: ``status`` is the one that was told, None for a test.
    """

    at: datetime
    status: InviteStatus | None = None
    trouble: WebhookTrouble | None = None
    answered: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A person whose status changed, or whose enrolment ended; ``revision`` is their row's."""

    object_id: str
    revision: int
    status: InviteStatus
    previous_status: InviteStatus | None
    ended: EnrolmentEnd | None
    batch_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is signed and sent; the id is the same at every attempt."""

    message_id: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAnswer:
    """What became of one attempt: taken where there is no trouble."""

    trouble: WebhookTrouble | None = None
    answered: int | None = None
    retry_after_seconds: float | None = None
