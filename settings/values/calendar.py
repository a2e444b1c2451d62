"""Dates, hours, weekdays and time zones."""

import re
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from domain.mail.send_window import WEEKDAYS
from settings.values.validators import list_of, written

_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)", re.ASCII)
_END_OF_DAY = "24:00"
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


def read_hours(text: str) -> str:
    """Read the hours of a day as in ``08:00-18:00``; ``24:00`` is the end of the day."""
    try:
        opens, closes = hours_of(text)
    except ValueError:
        raise ValueError("must be two times of a day with a hyphen between them") from None
    if closes != time(0) and closes <= opens:
        raise ValueError("must end later than it begins, on the same day")
    return text


def hours_of(text: str) -> tuple[time, time]:
    """Return beginning and end of some hours; midnight as their end is the end of the day.

    Raises:
        ValueError: these are no hours.
    """
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError("not hours")
    closes = time(0) if found[2] == _END_OF_DAY else time.fromisoformat(found[2])
    return time.fromisoformat(found[1]), closes


def read_weekday(text: str) -> str:
    """Read a weekday by its first three letters."""
    if text.capitalize() not in WEEKDAYS:
        raise ValueError(f"is not one of {', '.join(day.casefold() for day in WEEKDAYS)}")
    return text.casefold()


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
Weekdays = Annotated[tuple[str, ...], written(list_of(read_weekday, unique=True))]
TimeZone = Annotated[str, written(read_time_zone)]
