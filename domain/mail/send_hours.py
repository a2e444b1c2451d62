"""Hours and weekdays in which mails may leave, as people write them: ``08:00-18:00``, ``mon,tue``.

A setting, an option of an import and a person's row have the same spelling.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from domain.mail.send_window import WEEKDAYS, SendWindow
from domain.plain_text import list_of

_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)", re.ASCII)
_END_OF_DAY = "24:00"


def read_hours(text: str) -> str:
    """Read the hours of a day as in ``08:00-18:00``; ``24:00`` is the end of the day."""
    try:
        opens, closes = hours_of(text)
    except ValueError:
        raise ValueError("must be two times of a day, such as 08:00-18:00") from None
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


read_weekdays = list_of(read_weekday, unique=True)


def with_send_hours(
    window: SendWindow, hours: str | None, weekdays: Sequence[str] | None
) -> SendWindow:
    """Return the window with other hours and weekdays; None leaves them as they are."""
    if hours is not None:
        opens, closes = hours_of(hours)
        window = replace(window, opens=opens, closes=closes)
    if weekdays is not None:
        window = replace(window, days=tuple(day.capitalize() for day in weekdays))
    return window


def hours_text(window: SendWindow) -> str:
    """Return the hours of a window as they are written."""
    closes = _END_OF_DAY if window.closes == time(0) else window.closes.isoformat("minutes")
    return f"{window.opens.isoformat('minutes')}-{closes}"


def weekdays_text(window: SendWindow) -> str:
    """Return the weekdays of a window as they are written, from Monday on."""
    return ",".join(day.casefold() for day in WEEKDAYS if day in window.days)


def send_hours_text(window: SendWindow) -> str:
    """Return hours and weekdays of a window in one text, as a person's row has them."""
    return f"{hours_text(window)} {weekdays_text(window)}"


def with_send_hours_text(window: SendWindow, text: str | None) -> SendWindow:
    """Return the window with the hours and weekdays of a person's row; None leaves it as it is."""
    if text is None:
        return window
    hours, _, weekdays = text.partition(" ")
    return with_send_hours(window, hours, weekdays.split(","))
