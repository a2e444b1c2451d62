"""Dates, hours, weekdays and time zones."""

from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from domain.mail.send_hours import read_hours, read_weekdays
from domain.plain_text import list_of
from settings.values.validators import written

# A deadline that passes while a rollout goes on must not stop a worker that starts again. So only
# a day is refused that was over before there was this program, and one that is a slip of a digit.
_FIRST_DEADLINE = date(2026, 1, 1)
_LONGEST_ROLLOUT = timedelta(days=5 * 365)


def read_date(text: str) -> date:
    """Read a day as in ``2027-03-31``."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python takes other forms as well, such as 20270331.
    if day is None or day.isoformat() != text:
        raise ValueError("is not a date, which is written as year-month-day")
    return day


def read_instant(text: str) -> datetime:
    """Read an instant as in ``2027-01-11T08:00:00+00:00``."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.utcoffset() is None:
        raise ValueError("is not a date and time with its offset, as in 2027-01-11T08:00:00+00:00")
    return instant.astimezone(UTC)


def read_deadline(text: str) -> date:
    """Read the day by which all are to be enrolled."""
    day = read_date(text)
    today = datetime.now(UTC).date()
    if day < _FIRST_DEADLINE:
        raise ValueError("is in the past")
    if day > today + _LONGEST_ROLLOUT:
        raise ValueError("is more than five years from now")
    return day


def read_time_zone(text: str) -> str:
    """Read the IANA name of a time zone."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(text, available_timezones(), n=1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"is not the IANA name of a time zone{meant}") from None
    return text


Instant = Annotated[datetime, written(read_instant)]
Deadline = Annotated[date, written(read_deadline)]
Dates = Annotated[tuple[date, ...], written(list_of(read_date))]
Hours = Annotated[str, written(read_hours)]
Weekdays = Annotated[tuple[str, ...], written(read_weekdays)]
TimeZone = Annotated[str, written(read_time_zone)]
