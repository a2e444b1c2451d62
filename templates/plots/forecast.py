"""The plots of a forecast: who is registered when, and how many mails leave on which day."""

from collections.abc import Callable
from datetime import date

from domain.forecast.result import Forecast
from domain.forecast.sentences import condition
from domain.status import MailKind
from templates.plots.plot import Band, Plot, Rule, Series, Shape

_DAYS_AFTER = 14


def short_day(day: date) -> str:
    """Return a day for the axis of a plot."""
    return f"{day.day} {day:%b}"


def registered_plot(forecast: Forecast, name_of: Callable[[date], str] = short_day) -> Plot:
    """Return the plot of the people who are expected to be registered, with the band."""
    days = forecast.days
    return Plot(
        title=_titled("Expected registrations", forecast),
        description="People who are expected to be registered at the end of each day.",
        labels=tuple(name_of(day.date) for day in days),
        series=(Series("Registered", tuple(round(day.registered, 1) for day in days)),),
        band=Band(
            "Low to high",
            tuple(round(day.registered_low, 1) for day in days),
            tuple(round(day.registered_high, 1) for day in days),
        ),
        rule=_deadline(forecast),
    )


def mails_plot(forecast: Forecast, name_of: Callable[[date], str] = short_day) -> Plot:
    """Return the plot of the mails of each day, until two weeks after the last invitation."""
    days = forecast.days
    last = forecast.last_invitation_day
    if last is not None:
        number = next(place for place, day in enumerate(days) if day.date == last)
        days = days[: number + 1 + _DAYS_AFTER]
    return Plot(
        title=_titled("Mails a day", forecast),
        description=(
            "Mails that are expected to leave on each day, from all mailboxes together; follow-ups "
            "are among the reminders."
        ),
        labels=tuple(name_of(day.date) for day in days),
        series=(
            Series("Invitations", tuple(round(day.mails[MailKind.INVITATION], 1) for day in days)),
            Series("Reminders", tuple(round(day.nudges, 1) for day in days)),
            Series(
                "Mails to managers", tuple(round(day.mails[MailKind.ESCALATION], 1) for day in days)
            ),
        ),
        unit="mails",
        shape=Shape.COLUMNS,
    )


def _titled(title: str, forecast: Forecast) -> str:
    return " ".join(filter(None, [title, condition(forecast)]))


def _deadline(forecast: Forecast) -> Rule | None:
    places = [at for at, day in enumerate(forecast.days) if day.date == forecast.deadline]
    return Rule("Deadline", places[0]) if places else None
