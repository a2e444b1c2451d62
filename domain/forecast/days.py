"""The days that a forecast goes through, and from when until when mails may leave on each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.enrolment.policy import DAY, Policy
from domain.mail.send_window import SendWindow
from domain.tables.mail import MailLimits


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """A day of the forecast. Mails leave from ``opens`` to ``closes``: never where both are one.

    ``date`` is that of the send window's zone; in a demo, whose days last seconds, they are counted
    from the first.
    """

    date: date
    begins: datetime
    ends: datetime
    opens: datetime
    closes: datetime


def days_from(start: datetime, policy: Policy) -> Iterator[ForecastDay]:
    """Yield the days from an instant on: the first begins then, the others at midnight.

    Midnight is that of the send window's zone. In a demo, a day lasts as long as its policy says.
    """
    zone = ZoneInfo(policy.window.time_zone)
    begins, day = start, start.astimezone(zone).date()
    while True:
        ends = _next_midnight(begins, policy)
        opens, closes = _sending_hours(begins, ends, policy.window)
        yield ForecastDay(day, begins, ends, opens, closes)
        begins = ends
        day = day + timedelta(days=1) if policy.day != DAY else ends.astimezone(zone).date()


def sendable(limits: MailLimits, duration: timedelta) -> int:
    """Return how many mails may leave one mailbox in so long a time, by its minute and its hour."""
    if duration <= timedelta(0):
        return 0
    of_hour = min(limits.per_hour, int(limits.per_minute * (limits.hour / limits.minute)))
    hours, rest = divmod(duration, limits.hour)
    return hours * of_hour + min(of_hour, int(limits.per_minute * (rest / limits.minute)))


def _next_midnight(at: datetime, policy: Policy) -> datetime:
    if policy.day != DAY:
        return at + policy.day
    zone = ZoneInfo(policy.window.time_zone)
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(0), zone).astimezone(UTC)
    # Where the clocks go back across midnight, a day's last hour comes twice.
    return midnight if midnight > at else at + DAY


def _sending_hours(
    begins: datetime, ends: datetime, window: SendWindow
) -> tuple[datetime, datetime]:
    if window.always_open:
        return begins, ends
    opens = window.next_open(begins)
    return min(ends, opens), min(ends, window.closing_after(opens))
