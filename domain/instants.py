"""Instants as plain numbers."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970 in UTC.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.utcoffset() is None:
        raise ValueError("An instant without a time zone can't be stored.")
    return (instant - EPOCH) // MICROSECOND
