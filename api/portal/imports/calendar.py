"""The plot of an import's invitations, by day or by week."""

from collections.abc import Mapping
from datetime import date, timedelta

from templates.plots.plot import Plot, Series, Shape

MOST_DAYS = 60
_WEEK = timedelta(days=7)


def calendar_plot(by_day: Mapping[date, int]) -> Plot:
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
        title=f"Invitations by {name.split()[0].lower()}",
        description=f"The last of them on {days[-1].day} {days[-1]:%b %Y}, at the earliest.",
        labels=tuple(f"{first.day} {first:%b}" for first in firsts),
        series=(Series("Invitations", tuple(numbers)),),
        label_name=name,
        unit="mails",
        shape=Shape.COLUMNS,
    )
