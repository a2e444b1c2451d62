"""The time as the tenant sees it, and how Microsoft Graph writes it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current instant, aware and in UTC."""
    return datetime.now(UTC)


def graph_time(instant: datetime) -> str:
    """Write an instant as Graph does: UTC, whole seconds, a trailing ``Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def graph_time_or_none(instant: datetime | None) -> str | None:
    """Write an instant as Graph does, and nothing as JSON's ``null``."""
    return None if instant is None else graph_time(instant)


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 instant; one without an offset is taken as UTC.

    Raises:
        ValueError: The text is not an ISO 8601 date and time.
    """
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
