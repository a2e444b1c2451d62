"""The demo's calendar: its days are numbered, since a whole rollout passes in a minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DemoCalendar:
    """Day 0 began at ``zero``, and a day lasts as long as ``day``."""

    zero: datetime
    day: timedelta

    def number(self, at: datetime) -> int:
        """Return the day of an instant; those before day 0 are negative."""
        return (at - self.zero) // self.day

    def real(self, duration: timedelta) -> timedelta:
        """Return how long something lasts for the demo's people: its days as whole days."""
        return duration * (_DAY / self.day)
