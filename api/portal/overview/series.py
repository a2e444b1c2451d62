"""Registrations over time: what the plot shows of the days that were, and of those to come."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate

from api.portal.times import DayNames
from database.figures.overview import Overview
from domain.status import InviteStatus
from domain.tables.story import StoryKind
from domain.wording.counted import counted
from templates.plots.plot import Band, Plot, Rule, Series

MOST_DAYS_AHEAD = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a forecast says of the days from ``first`` on: registered people, at least, at most.

    ``counted_at`` is the instant from which it counts its days.
    """

    first: date
    counted_at: datetime
    low: tuple[float, ...]
    high: tuple[float, ...]


def registered_over_time(
    overview: Overview, names: DayNames, *, deadline: date | None, expected: Expected | None = None
) -> Plot:
    """Return the plot of invited and registered people, the deadline and the forecast."""
    today, deadline = names.today, names.deadline(deadline)
    if expected is not None:
        expected = replace(expected, first=names.moved(expected.first, expected.counted_at))
    begins = _begins(overview)
    first = overview.first + timedelta(days=begins)
    past = len(overview.series[StoryKind.INVITED]) - begins
    number = past + _days_ahead(today, deadline, expected)
    ahead = (None,) * (number - past)
    invited, registered = _totals(overview)
    return Plot(
        title="Registered over time",
        description=_description(overview, deadline, today),
        labels=tuple(names.short(first + timedelta(days=day)) for day in range(number)),
        series=(
            Series("Registered", tuple(registered[begins:]) + ahead),
            Series("Invited", tuple(invited[begins:]) + ahead),
        ),
        band=_band(expected, first, number),
        rule=_deadline(deadline, first, number, names),
    )


def _totals(overview: Overview) -> tuple[list[float], list[float]]:
    """Return how many were invited, and were registered, at the end of each day."""
    by_status = overview.people.by_status
    invited = overview.people.total - by_status.get(InviteStatus.PENDING, 0)
    registered = by_status.get(InviteStatus.ACTIVE, 0)
    return (
        _until_now(overview.series[StoryKind.INVITED], invited),
        _until_now(overview.series[StoryKind.REGISTERED], registered),
    )


def _until_now(events: list[int], now: int) -> list[float]:
    """Return the totals that end with today's, taking each day's events away, newest first."""
    after = list(accumulate(reversed(events), initial=0))[:-1]
    return [max(0, now - taken) for taken in reversed(after)]


def _begins(overview: Overview) -> int:
    """Return the place of the first day on which anything happened."""
    days = zip(*overview.series.values(), strict=True)
    last = len(overview.series[StoryKind.INVITED]) - 1
    return min(next((place for place, day in enumerate(days) if any(day)), last), max(0, last - 6))


def _days_ahead(today: date, deadline: date | None, expected: Expected | None) -> int:
    ahead = 0 if deadline is None else (deadline - today).days
    if expected is not None and deadline is None:
        ahead = (expected.first - today).days + len(expected.low) - 1
    return min(max(0, ahead), MOST_DAYS_AHEAD)


def _deadline(deadline: date | None, first: date, number: int, names: DayNames) -> Rule | None:
    if deadline is None or not 0 <= (deadline - first).days < number:
        return None
    return Rule(f"Deadline {names.short(deadline)}", (deadline - first).days)


def _band(expected: Expected | None, first: date, number: int) -> Band | None:
    if expected is None:
        return None

    def of(values: tuple[float, ...]) -> tuple[float | None, ...]:
        by_day = {
            (expected.first - first).days + place: float(round(value))
            for place, value in enumerate(values)
        }
        return tuple(by_day.get(place) for place in range(number))

    return Band("Forecast", of(expected.low), of(expected.high))


def _description(overview: Overview, deadline: date | None, today: date) -> str:
    active = overview.people.by_status.get(InviteStatus.ACTIVE, 0)
    said = f"{active:,} of {counted(overview.people.total, 'person')} registered until today."
    if deadline is None:
        return said
    if deadline < today:
        return f"{said} The deadline has passed."
    days = (deadline - today).days
    return f"{said} The deadline is in {counted(days, 'day')}."
