"""The days that a forecast goes through, and from when until when mails may leave on each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.enrolment.policy import DAY, Policy
from domain.mail.send_window import SendWindow
from domain.tables.mail import MailLimits


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """A day of the forecast.

    ``date`` is that of the send window's zone; in a demo, whose days last seconds, they are counted
    from the first.
    """

    date: date
    begins: datetime
    ends: datetime
    _hours: dict[SendWindow, "SendingHours"] = field(default_factory=dict, compare=False)

    def sending_hours(self, window: SendWindow) -> "SendingHours":
        """Return from when until when mails of this window leave today."""
        if window not in self._hours:
            self._hours[window] = _sending_hours(self.begins, self.ends, window)
        return self._hours[window]


@dataclass(frozen=True, slots=True)
class SendingHours:
    """Mails leave from ``opens`` to ``closes``: never where both are one."""

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
        yield ForecastDay(day, begins, ends)
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


def _sending_hours(begins: datetime, ends: datetime, window: SendWindow) -> SendingHours:
    if window.always_open:
        return SendingHours(begins, ends)
    opens = window.next_open(begins)
    return SendingHours(min(ends, opens), min(ends, window.closing_after(opens)))
