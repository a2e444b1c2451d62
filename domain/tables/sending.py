"""What is asked of the sending of mails when it is told why one doesn't leave sooner."""

from dataclasses import dataclass, field

from domain.mail.send_window import SendWindow
from domain.tables.mail import MailLimits
from domain.tables.rollout import Sender
from domain.tables.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingPolicy:
    """When mails may leave, and how many a day from each mailbox."""

    window: SendWindow = field(default_factory=SendWindow)
    per_day: int = MailLimits().per_day


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsInForce:
    """How many mails a worker sends from each mailbox."""

    per_minute: float
    per_hour: int
    per_day: int

    def as_json(self) -> dict[str, Json]:
        """Return what is stored of them."""
        return {"per_minute": self.per_minute, "per_hour": self.per_hour, "per_day": self.per_day}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxUse:
    """A mailbox that sends, None when nothing is known of it, and its mails of the last 24 hours.

    The mails that others sent from the mailbox count, too.
    """

    sender: Sender | None = None
    last_day: int = 0
