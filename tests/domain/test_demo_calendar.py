"""The demo's calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.demo_calendar import DemoCalendar

ZERO = datetime(2026, 11, 27, 2, tzinfo=UTC)
CALENDAR = DemoCalendar(ZERO, timedelta(seconds=2))


@pytest.mark.parametrize(
    ("seconds", "day"), [(0, 0), (1.9, 0), (2, 1), (15.9, 7), (-0.1, -1), (-2, -1), (-2.1, -2)]
)
def test_days_are_numbered_from_zero(seconds: float, day: int) -> None:
    """A day lasts two seconds, and what was before day 0 has negative numbers."""
    assert CALENDAR.number(ZERO + timedelta(seconds=seconds)) == day


def test_days_end() -> None:
    """What happens after the end happens on the last day, and no time passes until then."""
    ended = DemoCalendar(ZERO, timedelta(seconds=2), lambda: ZERO + timedelta(seconds=7))
    later = ZERO + timedelta(seconds=60)
    assert (CALENDAR.last, CALENDAR.number(later)) == (None, 30)
    assert (ended.last, ended.number(later), ended.number(ZERO)) == (3, 3, 0)
    assert ended.between(ZERO + timedelta(seconds=3), later) == timedelta(days=2)
    assert ended.between(later, later + timedelta(seconds=9)) == timedelta()
    assert CALENDAR.between(ZERO, later) == timedelta(days=30)
    assert (CALENDAR.ended_at, ended.ended_at) == (None, ZERO + timedelta(seconds=7))
    begins, ends = ended.bounds(later)
    assert begins == ZERO + timedelta(seconds=6)
    assert later + timedelta(days=400) < ends
    assert ended.bounds(ZERO) == (ZERO, ZERO + timedelta(seconds=2))


def test_instants_are_told_by_their_day() -> None:
    """A reader has a zone; a column that names UTC has its time alone."""
    at = ZERO + timedelta(seconds=7)
    assert CALENDAR.text(at, ZoneInfo("Europe/Zurich")) == "Day 3, 03:00:07 CET"
    assert CALENDAR.text_in_utc(at.astimezone(ZoneInfo("Europe/Zurich"))) == "Day 3, 02:00:07"


def test_durations_are_told_in_whole_days() -> None:
    """Fourteen seconds are a week."""
    assert CALENDAR.real(timedelta(seconds=14)) == timedelta(days=7)


def test_a_day_has_bounds_and_a_date_beside_today() -> None:
    """A date is as far from today as the day is; a deadline is counted from day 0."""
    now = ZERO + timedelta(seconds=7)
    assert CALENDAR.bounds(now) == (ZERO + timedelta(seconds=6), ZERO + timedelta(seconds=8))
    today = date(2026, 11, 28)
    assert CALENDAR.date_of(5, now=now, today=today) == date(2026, 11, 30)
    assert CALENDAR.number_of(date(2026, 11, 30), now=now, today=today) == 5
    assert CALENDAR.number_of(date(2026, 11, 27), now=now, today=today) == 2
    assert CALENDAR.deadline_number(date(2026, 11, 29), UTC) == 2
    assert CALENDAR.deadline_number(date(2026, 11, 29), ZoneInfo("America/New_York")) == 3


def test_mails_count_the_days_after_the_date_of_day_0() -> None:
    """Day 3 is three days after the date of day 0, which a zone decides."""
    at = ZERO + timedelta(seconds=7)
    assert CALENDAR.calendar_date(at, UTC) == date(2026, 11, 30)
    assert CALENDAR.calendar_date(at, ZoneInfo("America/New_York")) == date(2026, 11, 29)
