"""When mails may leave: hours, days and a time zone. Times are the zone's, instants aware UTC.

What these functions return changes with the time-zone database, which no history holds. So workflow
code asks none of them but ``always_open``: a worker answers (``activities.enrolment.send_time``),
and the answer is recorded (``domain.enrolment.mail.send_times``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.instants import MICROSECOND, later

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
JITTER = timedelta(minutes=30)
LARGEST_OFFSET = timedelta(hours=15)
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
        """Say whether a mail may leave at this instant, by the clock on the wall."""
        if self.always_open:
            return True
        here = at.astimezone(ZoneInfo(self.time_zone))
        return (
            self._is_sending_day(here.date())
            and here.time() >= self.opens
            and (self.closes == time(0) or here.time() < self.closes)
        )

    def next_open(self, at: datetime) -> datetime:
        """Return ``at`` where mails may leave then, else the next opening.

        An hour that the clocks leave out has no opening; one that comes twice may have two.

        Raises:
            ValueError: there is none within a year.
        """
        if self.is_open(at):
            return at
        # A date may come again: some clocks go back across midnight.
        day = at.astimezone(ZoneInfo(self.time_zone)).date() - timedelta(days=1)
        for _ in range(HORIZON_DAYS + 1):
            for opening, _ in self._openings(day):
                if at < opening:
                    return opening
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
        closing = self.closing_after(opening)
        at = opening + min(JITTER, closing - opening) * share_of(object_id)
        # The largest share is rounded to the whole, when the window is closed.
        return min(at, closing - MICROSECOND)

    def closing_after(self, at: datetime) -> datetime:
        """Return when the window closes that is open at this instant."""
        day = at.astimezone(ZoneInfo(self.time_zone)).date()
        return next(closing for opening, closing in self._openings(day) if opening <= at < closing)

    def open_for(self, day: date, since: datetime) -> timedelta:
        """Return how long the window is open on a day of the zone, from an instant on."""
        rest = [closing - max(opening, since) for opening, closing in self._openings(day)]
        return sum((one for one in rest if one > timedelta(0)), timedelta(0))

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

    def _openings(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return when the window opens and closes on a day; each time has its offset from UTC."""
        if not self._is_sending_day(day):
            return []
        opens = datetime.combine(day, self.opens, UTC)
        closes = datetime.combine(day, self.closes, UTC)
        if self.closes == time(0):
            closes += timedelta(days=1)
        found = []
        for begin, end, offset in _offsets_around(day, ZoneInfo(self.time_zone)):
            opening, closing = max(opens - offset, begin), min(closes - offset, end)
            if opening < closing:
                found.append((opening, closing))
        return found


def _offsets_around(day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yield from when until when which offset holds, for every instant at which it is this day."""
    begin = at = datetime.combine(day, time(0), UTC) - LARGEST_OFFSET
    end = at + timedelta(days=1) + 2 * LARGEST_OFFSET
    while at < end:
        # Never are two changes of the clocks so near to each other.
        later_at = min(at + timedelta(hours=6), end)
        if _offset(later_at, zone) != (offset := _offset(begin, zone)):
            change = _change(at, later_at, zone)
            yield begin, change, offset
            begin = change
        at = later_at
    yield begin, end, _offset(begin, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second at which the offset of the one instant becomes that of the other."""
    offset = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // timedelta(seconds=2) * timedelta(seconds=1)
        before, after = (middle, after) if _offset(middle, zone) == offset else (before, middle)
    return after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def share_of(object_id: str) -> float:
    """Return a number from 0 to 1 that is always the same for one user."""
    try:
        return (UUID(object_id).int & 0xFFFF_FFFF) / 0x1_0000_0000
    except ValueError:
        return 0.0


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
