"""Instants as the reader's clock shows them, and days as pages name them.

Plots and forecasts count days in dates. In a demo such a date is as far from today as the day is.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup
from starlette.requests import HTTPConnection

from domain.demo_calendar import DemoCalendar
from domain.wording.counted import counted

COOKIE = "mfa-rollout-zone"
_LONGEST_NAME = 64
_NONE = Markup('<span class="none">\N{EN DASH}</span>')
_STEPS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def reader_zone(connection: HTTPConnection, default: str) -> tzinfo:
    """Return the zone that the reader's browser has named in a cookie, else the organisation's."""
    name = connection.cookies.get(COOKIE, "")
    if 0 < len(name) <= _LONGEST_NAME and name.replace("_", "a").isprintable():
        try:
            return ZoneInfo(name.replace("%2F", "/"))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    return ZoneInfo(default)


class Clock:
    """Shows instants in one zone."""

    def __init__(
        self, zone: tzinfo, now: datetime, demo_calendar: DemoCalendar | None = None
    ) -> None:
        """Show them in ``zone``, as seen from ``now``; the demo numbers its days."""
        self.zone = zone
        self.now = now
        self._demo = demo_calendar

    def text(self, at: datetime) -> str:
        """Return an instant as text: ``26 Nov 2026 14:02 CET``."""
        if self._demo is not None:
            return self._demo.text(at, self.zone)
        local = at.astimezone(self.zone)
        return f"{local.day} {local:%b %Y %H:%M} {local.tzname()}"

    def time(self, at: datetime | None) -> Markup:
        """Return an instant for a page: a ``time`` element, a dash for None."""
        if at is None:
            return _NONE
        return Markup('<time datetime="{}">{}</time>').format(
            at.astimezone(UTC).isoformat(), self.text(at)
        )

    def day(self, at: datetime | date | None) -> Markup:
        """Return the day of an instant for a table; the whole of it is the element's title."""
        if at is None:
            return _NONE
        if not isinstance(at, datetime):
            return Markup('<time datetime="{}">{}</time>').format(
                at.isoformat(), f"{at.day} {at:%b %Y}"
            )
        local = at.astimezone(self.zone)
        day = f"{local.day} {local:%b %Y}" if self._demo is None else f"Day {self._demo.number(at)}"
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            at.astimezone(UTC).isoformat(), self.text(at), day
        )

    def ago(self, at: datetime, *, real: bool = False) -> str:
        """Return how long ago an instant was, or in how long it will be: ``3 hours ago``.

        With ``real`` also in a demo by the clock: a process isn't away for a day of twenty seconds.
        """
        demo = None if real else self._demo
        distance = self.now - at if demo is None else demo.between(at, self.now)
        for step, name in _STEPS:
            if abs(distance) >= step:
                count = int(abs(distance) / step)
                words = counted(count, name)
                return f"{words} ago" if distance > timedelta() else f"in {words}"
        return "just now" if distance >= timedelta() else "in a moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNames:
    """Names days, as seen from an instant whose date in the organisation's zone is ``today``."""

    now: datetime
    today: date
    zone: ZoneInfo
    calendar: DemoCalendar | None = None

    def short(self, day: date) -> str:
        """Return a day for the axis of a plot: ``26 Nov``, or ``Day 12``."""
        return f"{day.day} {day:%b}" if self.calendar is None else f"Day {self._number(day)}"

    def long(self, day: date) -> str:
        """Return a day within a sentence: ``26 November 2026``, or ``day 12``."""
        return f"{day.day} {day:%B %Y}" if self.calendar is None else f"day {self._number(day)}"

    def deadline(self, deadline: date | None) -> date | None:
        """Return the deadline as plots and forecasts count it."""
        if deadline is None or self.calendar is None:
            return deadline
        number = self.calendar.deadline_number(deadline, self.zone)
        return self.calendar.date_of(number, now=self.now, today=self.today)

    def moved(self, day: date, counted_at: datetime) -> date:
        """Return a date that was counted from an earlier instant, counted from this one."""
        if self.calendar is None:
            return day
        passed = self.calendar.number(self.now) - self.calendar.number(counted_at)
        then = counted_at.astimezone(self.zone).date()
        return day + (self.today - then) - timedelta(days=passed)

    def _number(self, day: date) -> int:
        if self.calendar is None:
            raise ValueError("dates have no numbers")
        return self.calendar.number_of(day, now=self.now, today=self.today)


def day_names(
    time_zone: str, calendar: DemoCalendar | None, now: datetime | None = None
) -> DayNames:
    """Return the names of days as of an instant; by default of this one."""
    now = now or datetime.now(UTC)
    zone = ZoneInfo(time_zone)
    return DayNames(now=now, today=now.astimezone(zone).date(), zone=zone, calendar=calendar)
