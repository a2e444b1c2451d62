"""The demo's calendar: its days are numbered, since a whole rollout passes in a minute."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DemoCalendar:
    """Day 0 began at ``zero``, and a day lasts as long as ``day``.

    Days pass until ``ended_at``: whatever happens later happens on that last day.
    """

    zero: datetime
    day: timedelta
    ended_at: datetime | None = None

    @property
    def last(self) -> int | None:
        """The day on which the days have ended, None while they pass."""
        return None if self.ended_at is None else self.number(self.ended_at)

    def number(self, at: datetime) -> int:
        """Return the day of an instant; those before day 0 are negative."""
        return (self._passed(at) - self.zero) // self.day

    def bounds(self, at: datetime) -> tuple[datetime, datetime]:
        """Return when the day of an instant begins and ends."""
        begins = self.zero + self.number(at) * self.day
        return begins, begins + self.day

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
        return at if self.ended_at is None else min(at, self.ended_at)

    def real(self, duration: timedelta) -> timedelta:
        """Return how long something lasts for the demo's people: its days as whole days."""
        return duration * (_DAY / self.day)
