"""Instants as the portal shows them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.portal.services import Portal
from api.portal.times import Clock
from domain.demo_calendar import DemoCalendar
from domain.portal.roles import Role
from tests.api.portal.portal import RunningPortal

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


async def test_the_frame_says_which_day_of_the_demo_it_is(portal: RunningPortal) -> None:
    """In the demo every page names its day, and how long one lasts, or on which day they ended."""
    shared: Portal = portal.api.app.state.portal
    day = timedelta(hours=1)
    demo = DemoCalendar(datetime.now(UTC) - 12.5 * day, day)
    portal.api.app.state.portal = replace(
        shared, pages=replace(shared.pages, is_simulated=True, demo_calendar=demo)
    )
    async with portal.browser(Role.READER) as browser:
        page = (await browser.get("/portal")).text
        ended = replace(demo, ended_at=demo.zero + 7.5 * day)
        pages = replace(shared.pages, is_simulated=True, demo_calendar=ended)
        portal.api.app.state.portal = replace(shared, pages=pages)
        last = (await browser.get("/portal")).text
    assert "It is day 12, and a day lasts 3600 seconds.</p>" in page
    assert "The demo's days have ended on day 7.</p>" in last
