"""Tells a forecast in the lines that an admin needs, from the texts beside it."""

from collections.abc import Callable, Sequence
from datetime import date

from domain.forecast.plan import Remedy
from domain.forecast.rates import Rates
from domain.forecast.result import Forecast
from domain.forecast.texts import CONDITIONS, GAINS, LINES, RATE_WORDS, RATES, Line
from domain.status import MailKind

Calendar = Callable[[date], str]
"""How the reader is shown a day."""

_SHARES = (50, 90)


def forecast_lines(forecast: Forecast, remedies: Sequence[Remedy], calendar: Calendar) -> list[str]:
    """Return what a forecast says, a sentence a line.

    Args:
        forecast: what was played forward.
        remedies: what would help.
        calendar: how a day is shown.
    """
    return [
        *_held(forecast),
        _last_invitation(forecast, calendar),
        *(_mails(forecast, calendar) if forecast.has_mails else ()),
        *(_share(forecast, share, calendar) for share in _SHARES),
        _registered(forecast, calendar),
        *(_remedy(remedy) for remedy in remedies),
        rates_line(forecast.rates),
    ]


def condition(forecast: Forecast) -> str | None:
    """Return under which condition it holds, as the end of a sentence or title; None for none."""
    if forecast.mail_stopped:
        return CONDITIONS[Line.MAIL_STOPPED]
    if len(forecast.blocked) > 1:
        return CONDITIONS[Line.MAILBOXES_BLOCKED].format(number=len(forecast.blocked))
    return next(
        (CONDITIONS[Line.MAILBOX_BLOCKED].format(mailbox=one) for one in forecast.blocked), None
    )


def _held(forecast: Forecast) -> list[str]:
    """Return what keeps mails out of a forecast: a stop of all mail, or the blocked mailboxes."""
    if forecast.mail_stopped:
        return [LINES[Line.MAIL_STOPPED]]
    return [LINES[Line.MAILBOX_BLOCKED].format(mailbox=mailbox) for mailbox in forecast.blocked]


def rates_line(rates: Rates) -> str:
    """Return which rates a forecast was made with."""
    *reminders, further = rates.reminders
    words = [RATE_WORDS["invitation"].format(percent=_percent(rates.invitation))]
    words += [
        RATE_WORDS["reminder"].format(percent=_percent(share), number=number)
        for number, share in enumerate(reminders, start=1)
    ]
    name = "reminders" if reminders else "each"
    words.append(RATE_WORDS[name].format(percent=_percent(further)))
    words.append(RATE_WORDS["escalation"].format(percent=_percent(rates.escalation)))
    words.append(RATE_WORDS["clicks"].format(percent=_percent(rates.clicks_only)))
    return RATES[rates.source].format(rates=", ".join(words))


def _last_invitation(forecast: Forecast, calendar: Calendar) -> str:
    if forecast.invitations_left >= 1:
        kind = Line.INVITATIONS_BLOCKED if forecast.blocked else Line.INVITATIONS_LEFT
        if forecast.mail_stopped:
            kind = Line.INVITATIONS_STOPPED
        return LINES[kind].format(
            left=round(forecast.invitations_left), mailboxes=" or ".join(forecast.blocked)
        )
    last = forecast.last_invitation_day
    if last is None:
        return LINES[Line.NO_INVITATION]
    return LINES[Line.LAST_INVITATION].format(day=calendar(last))


def _mails(forecast: Forecast, calendar: Calendar) -> list[str]:
    busiest = forecast.busiest_day
    return [
        LINES[Line.BUSIEST_DAY].format(
            day=calendar(busiest.date), mails=round(busiest.busiest_mailbox), limit=forecast.limit
        ),
        LINES[Line.ESCALATIONS].format(mails=round(forecast.total(MailKind.ESCALATION))),
    ]


def _share(forecast: Forecast, share: int, calendar: Calendar) -> str:
    day = forecast.day_of(share / 100)
    if day is None:
        return LINES[Line.SHARE_NOT_REACHED].format(share=share)
    return LINES[Line.SHARE_REACHED].format(share=share, day=calendar(day))


def _registered(forecast: Forecast, calendar: Calendar) -> str:
    deadline, figures = forecast.deadline, forecast.at_deadline
    if deadline is not None and figures is None:
        return LINES[Line.DEADLINE_PASSED].format(day=calendar(deadline))
    kind = Line.AT_END if figures is None else Line.AT_DEADLINE
    figures = figures or forecast.days[-1]
    return LINES[kind].format(
        day=calendar(deadline or figures.date),
        registered=round(figures.registered),
        people=round(forecast.people),
        percent=_percent(figures.registered / forecast.people if forecast.people else 0),
        low=round(figures.registered_low),
        high=round(figures.registered_high),
        missing=round(forecast.people) - round(figures.registered),
    )


def _remedy(remedy: Remedy) -> str:
    gains = []
    days = remedy.days_earlier
    if days >= 1:
        gains.append(GAINS["day"] if days == 1 else GAINS["days"].format(days=days))
    if remedy.more_registered is not None:
        gains.append(GAINS["people"].format(people=round(remedy.more_registered)))
    kind = Line.NO_WAVES_HELP
    if not remedy.without_waves:
        kind = Line.MAILBOX_HELPS if remedy.more_mailboxes == 1 else Line.MAILBOXES_HELP
    return LINES[kind].format(mailboxes=remedy.more_mailboxes, gains=", ".join(gains))


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
