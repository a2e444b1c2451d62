"""The plot of an import's invitations, by day or by week."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from api.portal.times import DayNames
from domain.forecast.days import sendable
from domain.forecast.plan import limits_of
from domain.imports.pace import Pace
from templates.plots.plot import Plot, Series, Shape

MOST_DAYS = 60
_WEEK = timedelta(days=7)


def invitations_by_day(pace: Pace, count: int, days: DayNames) -> dict[date, int]:
    """Return how many invitations of an import that begins now leave on each day."""
    calendar = days.calendar
    if calendar is None:
        return pace.invitations_by_day(count, days.now)
    due: Counter[int] = Counter()
    for slot, people in pace.slots(count, days.now):
        due[calendar.number(slot or days.now)] += people
    per_day = max(1, pace.senders * sendable(limits_of(pace), calendar.day))
    by_day: dict[date, int] = {}
    number, waiting = min(due, default=0), 0
    while waiting or due:
        waiting += due.pop(number, 0)
        leaving = min(waiting, per_day)
        by_day[calendar.date_of(number, now=days.now, today=days.today)] = leaving
        number, waiting = number + 1, waiting - leaving
    return by_day


def calendar_plot(by_day: Mapping[date, int], names: DayNames) -> Plot:
    """Return the plot of how many invitations leave when; of a long import by weeks."""
    days = sorted(by_day)
    if (days[-1] - days[0]).days < MOST_DAYS:
        firsts, span, name = days, timedelta(days=1), "Day"
    else:
        weeks = -(-((days[-1] - days[0]).days + 1) // _WEEK.days)
        firsts = [days[0] + number * _WEEK for number in range(weeks)]
        span, name = _WEEK, "Week from"
    numbers = [
        float(sum(by_day[day] for day in days if first <= day < first + span)) for first in firsts
    ]
    return Plot(
        title=f"Invitations by {name.split()[0].lower()}, at the earliest",
        description=f"The last of them on {names.long(days[-1])}, at the earliest.",
        labels=tuple(names.short(first) for first in firsts),
        series=(Series("Invitations", tuple(numbers)),),
        label_name=name,
        unit="mails",
        shape=Shape.COLUMNS,
    )
