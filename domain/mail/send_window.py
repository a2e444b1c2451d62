"""When mails may leave: hours, days and a time zone. Times are the zone's, instants aware UTC.

What these functions return changes with the time-zone database, which no history holds. So workflow
code asks none of them but ``always_open``: a worker answers (``activities.mail.send_window``), and
the answer is recorded (``domain.mail.send_times``).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.instants import later

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
JITTER = timedelta(minutes=30)
# So far ahead an opening is looked for; a calendar with none in a year is a mistake.
HORIZON_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWindow:
    """Hours and days in which mails may leave; by default always, as in the seed.

    Attributes:
        opens: the hour at which a sending day begins, in the zone's time.
        closes: the hour at which it ends; midnight means the end of the day.
        days: weekdays on which mails may leave, of ``WEEKDAYS``.
        closed_dates: days, such as public holidays, on which nothing leaves.
        time_zone: an IANA name.
    """

    opens: time = time(0)
    closes: time = time(0)
    days: tuple[str, ...] = WEEKDAYS
    closed_dates: tuple[date, ...] = ()
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse a window that never opens."""
        if self.closes != time(0) and self.closes <= self.opens:
            raise ValueError("a send window opens before it closes, on the same day")
        unknown = set(self.days) - set(WEEKDAYS)
        if unknown or not self.days:
            raise ValueError(f"sending days are some of {', '.join(WEEKDAYS)}")

    @property
    def always_open(self) -> bool:
        """Say whether mails may leave at any time, so that no clock need be asked."""
        whole_days = self.opens == self.closes == time(0)
        return whole_days and set(self.days) == set(WEEKDAYS) and not self.closed_dates

    def is_open(self, at: datetime) -> bool:
        """Say whether a mail may leave at this instant."""
        return self.next_open(at) == at

    def next_open(self, at: datetime) -> datetime:
        """Return ``at`` where mails may leave then, else the next opening.

        Raises:
            ValueError: there is none within a year.
        """
        if self.always_open:
            return at
        zone = ZoneInfo(self.time_zone)
        day = at.astimezone(zone).date()
        for _ in range(HORIZON_DAYS):
            opening = datetime.combine(day, self.opens, zone).astimezone(UTC)
            if self._is_sending_day(day) and at < self._closing(day, zone):
                return max(at, opening)
            day += timedelta(days=1)
        raise ValueError("the send window has no opening within a year")

    def next_open_for(self, at: datetime, object_id: str) -> datetime:
        """Return the same, with everybody's own share of half an hour after an opening.

        Who waits for the opening doesn't leave with all the others in one instant. The share is
        made of the ObjectId, so that it stays the same however often it is asked for.
        """
        opening = self.next_open(at)
        if opening == at:
            return at
        zone = ZoneInfo(self.time_zone)
        length = self._closing(opening.astimezone(zone).date(), zone) - opening
        return opening + min(JITTER, length) * share_of(object_id)

    def closing_after(self, at: datetime) -> datetime:
        """Return when the window closes that is open at this instant."""
        zone = ZoneInfo(self.time_zone)
        return self._closing(at.astimezone(zone).date(), zone)

    def after_sending_days(self, start: datetime, duration: timedelta) -> datetime:
        """Return the instant by which ``duration`` has passed on sending days alone."""
        if self.always_open:
            return later(start, duration)
        zone = ZoneInfo(self.time_zone)
        at, left = start, duration
        for _ in range(HORIZON_DAYS):
            day = at.astimezone(zone).date()
            midnight = _midnight_after(day, zone)
            if self._is_sending_day(day):
                step = min(left, midnight - at)
                at, left = at + step, left - step
                if not left:
                    return at
            else:
                at = midnight
        raise ValueError("the send window has no sending days within a year")

    def _is_sending_day(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in self.days and day not in self.closed_dates

    def _closing(self, day: date, zone: ZoneInfo) -> datetime:
        if self.closes == time(0):
            return _midnight_after(day, zone)
        return datetime.combine(day, self.closes, zone).astimezone(UTC)


def share_of(object_id: str) -> float:
    """Return a number from 0 to 1 that is always the same for one user."""
    try:
        return (UUID(object_id).int & 0xFFFF_FFFF) / 0x1_0000_0000
    except ValueError:
        return 0.0


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
