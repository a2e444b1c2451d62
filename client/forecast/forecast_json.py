"""A forecast as programs read it."""

from collections.abc import Sequence
from typing import Any

from domain.forecast.plan import Remedy
from domain.forecast.rates import Rates
from domain.forecast.result import DayFigures, Forecast
from domain.status import MailKind

_MAILS = {
    MailKind.INVITATION: "invitations",
    MailKind.REMINDER: "reminders",
    MailKind.FOLLOW_UP: "followUps",
    MailKind.ESCALATION: "escalations",
}
COLUMNS = (
    "date",
    *_MAILS.values(),
    "busiestMailbox",
    "registered",
    "registeredLow",
    "registeredHigh",
)


def day_row(day: DayFigures) -> tuple[object, ...]:
    """Return a day's figures in the order of ``COLUMNS``."""
    mails = (round(day.mails[kind], 1) for kind in _MAILS)
    registered = (day.busiest_mailbox, day.registered, day.registered_low, day.registered_high)
    return (day.date.isoformat(), *mails, *(round(figure, 1) for figure in registered))


def forecast_json(forecast: Forecast) -> dict[str, Any]:
    """Return everything that a forecast says."""
    at_deadline, missing = forecast.at_deadline, forecast.missing_at_deadline
    last_at = forecast.last_invitation_at
    shares = {f"{percent}": forecast.day_of(percent / 100) for percent in (50, 80, 90, 95)}
    return {
        "people": round(forecast.people),
        "mailboxes": forecast.mailboxes,
        "start": forecast.start.isoformat(),
        "lastInvitationAt": last_at and last_at.isoformat(),
        "invitationsLeft": round(forecast.invitations_left),
        "mailStopped": forecast.mail_stopped,
        "blockedMailboxes": list(forecast.blocked),
        **{name: round(forecast.total(kind)) for kind, name in _MAILS.items()},
        "busiestDay": {
            "date": forecast.busiest_day.date.isoformat(),
            "mailsOfOneMailbox": round(forecast.busiest_day.busiest_mailbox),
        },
        "registeredOn": {share: day and day.isoformat() for share, day in shares.items()},
        "deadline": forecast.deadline and forecast.deadline.isoformat(),
        "atDeadline": at_deadline
        and {
            "registered": round(at_deadline.registered),
            "registeredLow": round(at_deadline.registered_low),
            "registeredHigh": round(at_deadline.registered_high),
            "missing": missing and round(missing),
        },
        "rates": rates_json(forecast.rates),
        "days": [dict(zip(COLUMNS, day_row(day), strict=True)) for day in forecast.days],
    }


def remedies_json(remedies: Sequence[Remedy]) -> list[dict[str, Any]]:
    """Return what would help, and by how much."""
    return [
        {
            "moreMailboxes": remedy.more_mailboxes,
            "withoutWaves": remedy.without_waves,
            "daysEarlier": remedy.days_earlier,
            "moreRegistered": remedy.more_registered and round(remedy.more_registered),
        }
        for remedy in remedies
    ]


def rates_json(rates: Rates) -> dict[str, Any]:
    """Return the rates, as shares from 0 to 1."""
    return {
        "source": rates.source.value,
        "invitation": round(rates.invitation, 4),
        "reminders": [round(share, 4) for share in rates.reminders],
        "escalation": round(rates.escalation, 4),
        "clicksOnly": round(rates.clicks_only, 4),
        "delays": [round(share, 4) for share in rates.delays],
        "band": round(rates.band, 4),
    }
