"""How often a report comes: every day or on one weekday, at a full hour of the time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from domain.mail.send_window import WEEKDAYS

_AT = re.compile(r"([01]?[0-9]|2[0-3])(?::00)?")
_DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Every day, or on one weekday (``Mon``), at this hour."""

    hour: int
    weekday: str | None = None

    def __str__(self) -> str:
        return f"{self.weekday or _DAILY} {self.hour:02}:00"

    def next_at(self, now: datetime, zone: tzinfo) -> datetime:
        """Return when a report comes next, by the clock of a zone."""
        today = now.astimezone(zone).date()
        days = (today + timedelta(days=ahead) for ahead in range(2 * len(WEEKDAYS)))
        wanted = (day for day in days if self.weekday in {None, WEEKDAYS[day.weekday()]})
        times = (datetime.combine(day, time(self.hour), zone).astimezone(UTC) for day in wanted)
        return next(at for at in times if at > now)

    @classmethod
    def parse(cls, text: str) -> "Interval":
        """Return the interval that was written like this.

        Raises:
            ValueError: it is none.
        """
        day, _, at = text.partition(" ")
        return cls(hour=read_hour(at), weekday=None if day == _DAILY else read_weekday(day))


def read_hour(text: str) -> int:
    """Read an hour: ``7`` or ``07:00``.

    Raises:
        ValueError: it is none.
    """
    found = _AT.fullmatch(text)
    if found is None:
        raise ValueError("is not a full hour, such as 07:00")
    return int(found[1])


def read_weekday(text: str) -> str:
    """Read a weekday by its first three letters, in any case.

    Raises:
        ValueError: it is none.
    """
    day = text.capitalize()
    if day not in WEEKDAYS:
        raise ValueError(f"must be one of {', '.join(WEEKDAYS).casefold()}")
    return day
