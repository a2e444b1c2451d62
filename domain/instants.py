"""Instants that come from outside, bounded to what can be true, and sums that can't overflow."""

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

# No rollout of MFA is older; SharePoint's and older systems' "never" lie far outside on both sides.
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
# The clocks of Temporal's server, of the workers and of other systems differ by no more than this.
CLOCKS_DIFFER = timedelta(minutes=5)
# So long an answer of Microsoft's is as good as asking again.
BELIEVED_FOR = timedelta(minutes=1)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(8999, 12, 31)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def read_instant(value: object) -> datetime | None:
    """Read a date as SharePoint writes it, None where it is none; without an offset it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        return in_utc(datetime.fromisoformat(value))
    except ValueError:
        return None


def read_http_date(value: str) -> datetime | None:
    """Read a date of an HTTP header, aware, None where it is none; without an offset it is UTC."""
    try:
        return in_utc(parsedate_to_datetime(value))
    except (ValueError, OverflowError):
        # A year or an offset of more digits than a number of the machine has.
        return None


def read_day(text: str) -> date | None:
    """Read a day as somebody typed it, None where it is none, or lies far from every rollout.

    Days between these bounds begin and end in every time zone.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _FIRST_DAY <= found <= _LAST_DAY else None


def in_utc(at: datetime) -> datetime:
    """Return the instant in UTC, also where its offset leads beyond the first or the last year."""
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return at.replace(tzinfo=UTC)


def believable(at: datetime | None, now: datetime) -> datetime | None:
    """Return an instant of the past as it is, and None for one that can't be true."""
    if at is None or not EARLIEST <= at <= now + CLOCKS_DIFFER:
        return None
    return at


def bounded(at: datetime, now: datetime) -> datetime:
    """Return when something happened that has been reported: ``now`` where the time can't be true.

    Somebody else's clock may be a little fast, but what is reported has happened.
    """
    told = believable(in_utc(at), now)
    return now if told is None else min(told, now)


def later(at: datetime, duration: timedelta) -> datetime:
    """Return the sum, at most the last instant that there is; a negative duration leads back."""
    try:
        return at + duration
    except OverflowError:
        return _LAST if duration > timedelta(0) else _FIRST


def microseconds(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970 in UTC.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.utcoffset() is None:
        raise ValueError("An instant without a time zone can't be stored.")
    return (instant - EPOCH) // MICROSECOND


def is_recent(read_at: datetime | None, now: datetime) -> bool:
    """Say whether something was read within the last minute, by a clock that may differ a bit."""
    return read_at is not None and abs(now - read_at) < BELIEVED_FOR
