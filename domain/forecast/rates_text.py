"""Rates as a person writes them: ``invitation=40,reminder-1=30,reminder-2=25,escalation=30``."""

from dataclasses import replace
from typing import Any

from domain.forecast.rates import Rates, RatesSource
from domain.status import MailKind

CLICKS_ONLY = "clicks-only"
DAYS = "days"
BAND = "band"
_REMINDER = f"{MailKind.REMINDER.value}-"
NAMES = (MailKind.INVITATION.value, f"{_REMINDER}1", MailKind.ESCALATION.value, CLICKS_ONLY)
# Who gives rates has a reason for them: they may be wrong by less than assumptions.
GIVEN_BAND = 0.15
MOST_REMINDERS = 20
_ALL = 100


class RatesTextError(ValueError):
    """What was written gives no rates; the text says what is wrong."""


def read_rates(text: str) -> Rates:
    """Read rates in per cent; those that aren't named are the assumed ones.

    ``days`` holds what share of the people who act does so on each day after a mail:
    ``days=45/20/12/8/6/5/4``.

    Raises:
        RatesTextError: a name or a number is wrong.
    """
    values: dict[str, Any] = {"band": GIVEN_BAND, "source": RatesSource.GIVEN}
    reminders: dict[int, float] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = (part.strip() for part in entry.partition("="))
        if name == DAYS:
            values["delays"] = tuple(_share(name, day) for day in number.split("/"))
        elif name.startswith(_REMINDER) and name.removeprefix(_REMINDER).isdecimal():
            reminders[int(name.removeprefix(_REMINDER))] = _share(name, number)
        elif name in {MailKind.INVITATION, MailKind.ESCALATION, CLICKS_ONLY, BAND}:
            values[name.replace("-", "_")] = _share(name, number)
        else:
            raise RatesTextError(f"{name} is no rate: use {', '.join(NAMES)} or {DAYS}.")
    if reminders:
        values["reminders"] = _in_order(reminders)
    try:
        return replace(Rates(), **values)
    except ValueError:
        raise RatesTextError(f"{text} can't be rates: see docs/forecast.md.") from None


def _in_order(given: dict[int, float]) -> tuple[float, ...]:
    """Return the reminders' shares: those given, else those assumed.

    The last one holds for all that follow.
    """
    if min(given) < 1 or max(given) > MOST_REMINDERS:
        raise RatesTextError(f"reminders are numbered from 1 to {MOST_REMINDERS}.")
    assumed = Rates().reminders
    numbers = range(1, max(*given, len(assumed)) + 1)
    return tuple(given.get(one, assumed[min(one, len(assumed)) - 1]) for one in numbers)


def _share(name: str, text: str) -> float:
    try:
        percent = float(text.removesuffix("%"))
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= _ALL:
        raise RatesTextError(f"{name}={text} is no number from 0 to 100.")
    return percent / _ALL
