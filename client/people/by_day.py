"""What each of the last days brought, and how long people took to register."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from database.figures.counts import count_days_to_register
from database.figures.demo_days import demo_series
from database.figures.overview import PLOTTED
from database.figures.series import daily_series
from domain.demo_calendar import DemoCalendar
from domain.enrolment.policy import DAY
from domain.tables.story import StoryKind

DEFAULT_DAYS = 91
MOST_DAYS = 731


@dataclass(frozen=True, slots=True, kw_only=True)
class ByDay:
    """Events of each day from ``first`` to the day of the reading; of a demo by its days.

    ``days_to_register`` counts people by the whole days from their last invitation.
    """

    first: date
    events: dict[StoryKind, list[int]]
    days_to_register: dict[int, int]

    @property
    def days(self) -> list[tuple[date, dict[StoryKind, int]]]:
        """Each day with its events."""
        number = len(next(iter(self.events.values())))
        return [
            (
                self.first + timedelta(days=place),
                {kind: counts[place] for kind, counts in self.events.items()},
            )
            for place in range(number)
        ]


async def read_by_day(
    connection: AsyncConnection,
    *,
    time_zone: str,
    now: datetime,
    days: int = DEFAULT_DAYS,
    calendar: DemoCalendar | None = None,
) -> ByDay:
    """Read what the last days brought, today included."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    if calendar is None:
        events = await daily_series(connection, PLOTTED, first=first, last=today, zone=zone)
    else:
        last = calendar.number(now)
        events = await demo_series(connection, PLOTTED, calendar, first=last - days + 1, last=last)
    took = await count_days_to_register(connection, calendar.day if calendar else DAY)
    return ByDay(first=first, events=events, days_to_register=took)


def by_day_json(found: ByDay) -> dict[str, Any]:
    """Return it as JSON: on the command line and over REST."""
    return {
        "days": [
            {"day": day.isoformat()} | {kind.value: number for kind, number in events.items()}
            for day, events in found.days
        ],
        "daysToRegister": [
            {"days": days, "people": people}
            for days, people in sorted(found.days_to_register.items())
        ],
    }
