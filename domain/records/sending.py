"""What is asked of the sending of mails when it is told why one doesn't leave sooner."""

from dataclasses import dataclass, field

from domain.mail.send_window import SendWindow
from domain.records.rollout import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingPolicy:
    """When mails may leave, and how many a day from each mailbox."""

    window: SendWindow = field(default_factory=SendWindow)
    per_day: int = 9_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxUse:
    """A mailbox that sends, None when nothing is known of it, and its mails of the last 24 hours.

    The mails that others sent from the mailbox count, too.
    """

    sender: Sender | None = None
    last_day: int = 0
