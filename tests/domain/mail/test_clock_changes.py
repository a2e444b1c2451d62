"""Send windows where clocks are put forward or back: in every zone that there is."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from domain.mail.send_window import SendWindow

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
# Two that also know changes across midnight, and a day that Samoa left out; and one of today.
YEARS = (2010, 2011, 2026)
LAST_SHARE = "11111111-2222-4333-8444-5555ffffffff"


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _changes() -> dict[tuple[datetime, timedelta, timedelta], str]:
    """Return each change of the clocks in these years once, with a zone that makes it."""
    found = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for year in YEARS:
            at = datetime(year, 1, 1, tzinfo=UTC)
            while at.year == year:
                after = at + timedelta(days=7)
                if _offset(at, zone) != _offset(after, zone):
                    low, high = at, after
                    while high - low > MINUTE:
                        middle = low + (high - low) // (2 * MINUTE) * MINUTE
                        same = _offset(middle, zone) == _offset(at, zone)
                        low, high = (middle, high) if same else (low, middle)
                    found[high, _offset(at, zone), _offset(after, zone)] = name
                at = after
    return found


def _windows(change: datetime, zone: str) -> Iterator[SendWindow]:
    """Yield windows that open near the time which the clocks showed when they were changed."""
    wall = (change - MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for early in (-30, 16):
        for minutes in (20, 120):
            opens = wall + early * MINUTE
            closes = opens + minutes * MINUTE
            if opens.date() == closes.date():
                yield SendWindow(opens=opens.time(), closes=closes.time(), time_zone=zone)


def _is_open(window: SendWindow, at: datetime) -> bool:
    return window.opens <= at.astimezone(ZoneInfo(window.time_zone)).time() < window.closes


def test_every_mail_leaves_inside_the_window_by_the_clock_on_the_wall() -> None:
    """The opening is the first minute whose local time is inside, and so is everybody's share."""
    for (change, before, after), zone in _changes().items():
        for window in _windows(change, zone):
            for at in (change - 80 * MINUTE, change + 25 * MINUTE):
                minutes = (at + number * MINUTE for number in range(180))
                first = next((one for one in minutes if _is_open(window, one)), None)
                told = (zone, change, before, after, window.opens, window.closes, at)
                opening = window.next_open(at)
                assert opening == first or (first is None and opening >= at + 3 * HOUR), told
                assert _is_open(window, opening), told
                assert _is_open(window, window.next_open_for(at, LAST_SHARE)), told
                assert window.is_open(at) == _is_open(window, at), told


def test_an_hour_that_is_left_out_has_no_opening() -> None:
    """In Zurich, the night of the change to summer time has no quarter past two."""
    window = SendWindow(opens=time(2, 15), closes=time(2, 45), time_zone="Europe/Zurich")
    assert window.next_open(datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(
        2026, 3, 30, 0, 15, tzinfo=UTC
    )


def test_an_hour_that_comes_twice_has_two_openings() -> None:
    """In the other night it has two; the time between them is outside by the clock on the wall."""
    window = SendWindow(opens=time(2, 15), closes=time(2, 45), time_zone="Europe/Zurich")
    first, second = (datetime(2026, 10, 25, hour, 15, tzinfo=UTC) for hour in (0, 1))
    assert window.next_open(first - HOUR) == first
    assert window.closing_after(first) == first + 30 * MINUTE
    assert window.next_open(first + 30 * MINUTE) == second
    assert window.is_open(second)
