"""The demo's calendar: its days are numbered, since a whole rollout passes in a minute."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

_DAY = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DemoCalendar:
    """Day 0 began at ``zero``, and a day lasts as long as ``day``.

    Days pass until they end: whatever happens later happens on that last day. ``end`` says when
    that was, None while they pass; it is asked each time, so that all processes see it at once.
    """

    zero: datetime
    day: timedelta
    end: Callable[[], datetime | None] | None = field(default=None, compare=False)

    @property
    def ended_at(self) -> datetime | None:
        """When the days ended, None while they pass."""
        return self.end() if self.end is not None else None

    @property
    def last(self) -> int | None:
        """The day on which the days have ended, None while they pass."""
        ended_at = self.ended_at
        return None if ended_at is None else self.number(ended_at)

    def number(self, at: datetime) -> int:
        """Return the day of an instant; those before day 0 are negative."""
        return (self._passed(at) - self.zero) // self.day

    def text(self, at: datetime, zone: tzinfo) -> str:
        """Return an instant as a reader in a zone is shown it: ``Day 12, 14:02:03 CET``."""
        local = at.astimezone(zone)
        return f"Day {self.number(at)}, {local:%H:%M:%S} {local.tzname()}"

    def text_in_utc(self, at: datetime) -> str:
        """Return an instant for a column that names its zone itself: ``Day 12, 13:02:03``."""
        return f"Day {self.number(at)}, {at.astimezone(UTC):%H:%M:%S}"

    def bounds(self, at: datetime) -> tuple[datetime, datetime]:
        """Return when the day of an instant begins and ends; the last day of a demo has no end."""
        number = self.number(at)
        begins = self.zero + number * self.day
        return begins, _NEVER if number == self.last else begins + self.day

    def date_of(self, number: int, *, now: datetime, today: date) -> date:
        """Return a day as a date: as far from ``today`` as it is from the day of ``now``.

        Plots, calendars and forecasts count in dates; a demo's are shown by their numbers.
        """
        return today + timedelta(days=number - self.number(now))

    def number_of(self, day: date, *, now: datetime, today: date) -> int:
        """Return the number of a day that was given as such a date."""
        return self.number(now) + (day - today).days

    def calendar_date(self, at: datetime, zone: tzinfo) -> date:
        """Return the date that mails give to an instant: as many days after day 0 as its day is."""
        return self.zero.astimezone(zone).date() + timedelta(days=self.number(at))

    def deadline_number(self, deadline: date, zone: tzinfo) -> int:
        """Return the day of a deadline: as many days after day 0 as it is in dates."""
        return (deadline - self.zero.astimezone(zone).date()).days

    def between(self, earlier: datetime, later: datetime) -> timedelta:
        """Return how long passed for the demo's people from one instant to another."""
        return self.real(self._passed(later) - self._passed(earlier))

    def _passed(self, at: datetime) -> datetime:
        ended_at = self.ended_at
        return at if ended_at is None else min(at, ended_at)

    def real(self, duration: timedelta) -> timedelta:
        """Return how long something lasts for the demo's people: its days as whole days."""
        return duration * (_DAY / self.day)
