"""Switches, numbers, durations, choices, words and colours."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from settings.values.spelling import spelled
from settings.values.validators import written

_WHOLE = re.compile(r"-?[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)([dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_LONGEST = timedelta(days=3650)


def read_switch(text: str) -> bool:
    """Read ``on`` or ``off``."""
    switches = {"on": True, "off": False}
    if text.casefold() not in switches:
        raise ValueError("must be on or off")
    return switches[text.casefold()]


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a function that reads a whole number in these bounds."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def decimal(most: int) -> Callable[[str], float]:
    """Return a function that reads a number above 0, up to this one."""

    def read(text: str) -> float:
        if not _DECIMAL.fullmatch(text) or not 0 < float(text) <= most:
            raise ValueError(f"must be a number above 0 and up to {most}, with a decimal point")
        return float(text)

    return read


def duration(
    *, or_none: bool = False, least: timedelta = timedelta(), most: timedelta = _LONGEST
) -> Callable[[str], timedelta]:
    """Return a function that reads ``7d``, ``24h``, ``30m`` or ``15s``.

    Args:
        or_none: allow ``0s``.
        least: the shortest that is allowed.
        most: the longest that is allowed.
    """

    def read(text: str) -> timedelta:
        found = _DURATION.fullmatch(text)
        if found is None:
            raise ValueError(
                "must be a number and a unit: d for days, h for hours, m for minutes, s for seconds"
            )
        days = float(found[1]) * (timedelta(**{_UNITS[found[2]]: 1}) / timedelta(days=1))
        if days > most.days:
            raise ValueError(f"must be at most {spelled(most)}")
        value = timedelta(**{_UNITS[found[2]]: float(found[1])})
        if not value and not or_none:
            raise ValueError("must be longer than 0s")
        if value < least:
            raise ValueError(f"must be at least {spelled(least)}")
        return value

    return read


def duration_or_off(text: str) -> timedelta | None:
    """Read a duration, or ``off``, which is None."""
    if text.casefold() == "off":
        return None
    try:
        return duration()(text)
    except ValueError as error:
        raise ValueError(f"{error}; or off") from None


def choice(*allowed: str) -> Callable[[str], str]:
    """Return a function that reads one of these words, in any case."""

    def read(text: str) -> str:
        if text.casefold() not in allowed:
            raise ValueError(f"must be {', '.join(allowed[:-1])} or {allowed[-1]}")
        return text.casefold()

    return read


def read_colour(text: str) -> str:
    """Read a colour as in ``#0b5cad``."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("must be # and six hexadecimal digits")
    return text


Whole = Annotated[int, written(whole(1, 10_000_000))]
Decimal = Annotated[float, written(decimal(100_000))]
Switch = Annotated[bool, written(read_switch)]
Duration = Annotated[timedelta, written(duration())]
DurationOrNone = Annotated[timedelta, written(duration(or_none=True))]
Words = Annotated[str, written(str)]
Colour = Annotated[str, written(read_colour)]
