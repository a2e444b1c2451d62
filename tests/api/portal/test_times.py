"""Instants as the portal shows them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.portal.times import Clock
from domain.demo_calendar import DemoCalendar

NOW = datetime(2026, 11, 27, 2, 20, 31, tzinfo=UTC)
BEFORE = NOW - timedelta(seconds=26)
ZONE = ZoneInfo("Europe/Zurich")
DEMO = DemoCalendar(NOW - timedelta(minutes=1), timedelta(seconds=2))


@pytest.mark.parametrize(
    ("clock", "text", "day", "ago"),
    [
        (Clock(ZONE, NOW), "27 Nov 2026 03:20 CET", ">27 Nov 2026<", "just now"),
        (Clock(ZONE, NOW, DEMO), "Day 17, 03:20:05 CET", ">Day 17<", "13 days ago"),
    ],
)
def test_the_demo_numbers_its_days(clock: Clock, text: str, day: str, ago: str) -> None:
    """A real rollout has dates; in the demo texts, days and distances are in its own days."""
    assert clock.text(BEFORE) == text
    assert f">{text}<" in clock.time(BEFORE)
    assert day in clock.day(BEFORE)
    assert clock.ago(BEFORE) == ago
