"""A mail's row: the memory that decides whether a mail is drafted, sent or left alone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.status import MailKind
from domain.tables.values import Json


class MailState(StrEnum):
    """How far a mail has come; each is committed before the call that it announces."""

    RESERVED = "reserved"
    DRAFTING = "drafting"
    DRAFTED = "drafted"
    SENDING = "sending"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    UNCONFIRMED = "unconfirmed"

    @property
    def is_final(self) -> bool:
        """Return True when nothing more happens to the mail by itself."""
        return self in {MailState.SENT, MailState.WITHDRAWN, MailState.UNCONFIRMED}


class AdminMailKind(StrEnum):
    """A mail to admins, which is about no person and leaves while mail is stopped."""

    REPORT = "report"


AnyMailKind = MailKind | AdminMailKind


class MailOrigin(StrEnum):
    """Who asked for a mail; the budget keeps a share for the form."""

    SCHEDULE = "schedule"
    ADMIN = "admin"
    FORM = "form"


class SenderState(StrEnum):
    """Whether a sender mailbox may be used."""

    READY = "ready"
    PAUSED = "paused"
    STOPPED = "stopped"


class ProbeOutcome(StrEnum):
    """How far the last probe of a mailbox came: a mail from it to itself."""

    SENT = "sent"
    ARRIVED = "arrived"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """A mail that is wanted. ``network`` is a keyed hash of who asked on the form, and only then.

    ``key`` is ``MailKey`` as text: it stays the same over every retry. A mail to admins has a key
    that is no ``MailKey``, and the id of what asked for it in place of a person's.
    """

    key: str
    sender: str
    kind: AnyMailKind
    object_id: str
    origin: MailOrigin = MailOrigin.SCHEDULE
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSource:
    """What a mail was made from, and its hash: templates and sentences, without any person."""

    hash: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """A mail as its row has it."""

    key: str
    sender: str
    kind: AnyMailKind
    object_id: str
    origin: MailOrigin
    network: str | None
    state: MailState
    attempt: str
    reserved_at: datetime
    draft_id: str | None = None
    sending_at: datetime | None = None
    finished_at: datetime | None = None
    template_hash: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLimits:
    """How much one mailbox may send, all kinds together.

    ``per_minute`` also spaces mails out. ``form_share`` of the day is kept for new links that
    people ask for on the form, at most ``network_share`` of it for one network.
    ``invitation_share`` bounds what makes a weekday full: its invitations and its reminders.
    """

    per_minute: float = 25
    per_hour: int = 350
    per_day: int = 750
    form_share: float = 0.1
    network_share: float = 0.25
    invitation_share: float = 0.6
    minute: timedelta = timedelta(minutes=1)
    hour: timedelta = timedelta(hours=1)
    day: timedelta = timedelta(days=1)

    @property
    def kept_for_form(self) -> int:
        """Mails of a day that are kept for new links that people ask for."""
        return int(self.per_day * self.form_share)

    @property
    def for_others(self) -> int:
        """Mails of a day that all others may use."""
        return self.per_day - self.kept_for_form

    @property
    def weekday_limit(self) -> int:
        """Invitations and reminders that make a weekday full: no further invitation leaves."""
        return int(self.per_day * self.invitation_share)


class MailHold(StrEnum):
    """Why a mail can't leave now."""

    MAIL_STOPPED = "mail-stopped"
    SENDER_PAUSED = "sender-paused"
    SENDER_THROTTLED = "sender-throttled"
    MINUTE_FULL = "minute-full"
    HOUR_FULL = "hour-full"
    DAY_FULL = "day-full"
    INVITATIONS_FULL = "invitations-full"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """A mail has to wait: why, and until when if that can be told."""

    hold: MailHold
    until: datetime | None = None
