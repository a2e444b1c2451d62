"""How long a webhook is tried that takes no messages."""

from datetime import datetime, timedelta

GIVEN_UP_AFTER = timedelta(days=3)


def is_given_up(failing_since: datetime | None, now: datetime) -> bool:
    """Say whether every attempt of the last three days has failed."""
    return failing_since is not None and now - failing_since >= GIVEN_UP_AFTER
