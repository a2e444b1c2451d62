"""How a forecast looks in a terminal, and as CSV."""

from collections.abc import Sequence
from datetime import date

from cli.output.csv_output import print_csv
from cli.output.tables import table
from cli.terminal import out
from client.forecast.forecast_json import COLUMNS, day_row
from domain.forecast.plan import Remedy
from domain.forecast.rates import RatesSource
from domain.forecast.result import Forecast, WeekFigures
from domain.forecast.sentences import forecast_lines
from domain.status import MailKind
from settings import demo_calendar


def print_days(forecast: Forecast) -> None:
    """Print each day as a line of CSV."""
    print_csv(COLUMNS, (day_row(day) for day in forecast.days))


def print_forecast(forecast: Forecast, remedies: Sequence[Remedy]) -> None:
    """Print a table by week, and the lines that an admin needs."""
    listed = table(
        "Week from", "Invited", "Reminders", "Managers", "Registered", "At least", "At most"
    )
    for column in listed.columns[1:]:
        column.justify = "right"
    for week in _until_settled(forecast.weeks()):
        listed.add_row(
            _day(week.first),
            number(week.mails[MailKind.INVITATION]),
            number(week.nudges),
            number(week.mails[MailKind.ESCALATION]),
            number(week.registered),
            number(week.registered_low),
            number(week.registered_high),
        )
    out.print(listed)
    out.print()
    for line in forecast_lines(forecast, remedies, _day):
        out.print(line, soft_wrap=True, markup=False)
    if demo_calendar() is not None:
        out.print("Dates are those of a real rollout, not the demo's days.")
    if forecast.rates.source is RatesSource.ASSUMED:
        out.print("Give rates of your own with --rates.")


def _until_settled(weeks: Sequence[WeekFigures]) -> Sequence[WeekFigures]:
    """Leave out the last weeks, up to the deadline, in which nothing happens any more."""
    last = len(weeks)
    while last > 1 and not _changes(weeks[last - 2], weeks[last - 1]):
        last -= 1
    return weeks[:last]


def _changes(before: WeekFigures, week: WeekFigures) -> bool:
    mails = sum(week.mails.values())
    return bool(round(mails)) or round(week.registered) != round(before.registered)


def number(figure: float) -> str:
    """Return an expected number of people or mails; none is left empty."""
    return f"{round(figure):,}" if round(figure) else "-"


def _day(day: date) -> str:
    return f"{day:%d %b %Y}"
