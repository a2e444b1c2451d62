"""What to do about a mail whose sending was begun: the answer may have been lost on its way."""

from datetime import datetime, timedelta
from enum import StrEnum

# A message stays in Drafts for a while after it was accepted, and Sent Items are indexed late.
# https://learn.microsoft.com/graph/api/message-send
SETTLES_WITHIN = timedelta(minutes=2)


class Seen(StrEnum):
    """Where a mail was seen."""

    SENT = "sent"
    DRAFT = "draft"
    NOWHERE = "nowhere"


class Verdict(StrEnum):
    """What follows from it."""

    SENT = "sent"
    WAIT = "wait"
    SEND_THE_DRAFT = "send-the-draft"
    UNCONFIRMED = "unconfirmed"


def verdict(seen: Seen, *, sending_at: datetime, now: datetime) -> Verdict:
    """Say what becomes of a mail that was being sent at ``sending_at``.

    Our key in Sent Items proves that it left; that it isn't there proves nothing. There is never a
    second draft: the same one is sent again, or the mail stays unconfirmed.
    """
    if seen is Seen.SENT:
        return Verdict.SENT
    if now - sending_at < SETTLES_WITHIN:
        return Verdict.WAIT
    return Verdict.SEND_THE_DRAFT if seen is Seen.DRAFT else Verdict.UNCONFIRMED
