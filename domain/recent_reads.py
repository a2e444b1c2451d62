"""How long an answer of Microsoft's is as good as asking again."""

from datetime import datetime, timedelta

BELIEVED_FOR = timedelta(minutes=1)


def is_recent(read_at: datetime | None, now: datetime) -> bool:
    """Say whether something was read within the last minute, by a clock that may differ a bit."""
    return read_at is not None and abs(now - read_at) < BELIEVED_FOR
