"""The demo's calendar."""

from datetime import UTC, datetime, timedelta

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


def test_durations_are_told_in_whole_days() -> None:
    """Fourteen seconds are a week."""
    assert CALENDAR.real(timedelta(seconds=14)) == timedelta(days=7)
