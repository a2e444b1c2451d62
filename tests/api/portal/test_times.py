"""Instants as the portal shows them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from api.portal.people.export import UNKNOWN_ROWS
from api.portal.services import Portal
from api.portal.times import Clock
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from domain.demo_calendar import DemoCalendar
from domain.portal.roles import Role
from domain.tables.imports import ImportRow, RowOutcome
from tests.api.portal.portal import RunningPortal
from tests.database.test_imports import IMPORT
from tests.database.values import person, put

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
    assert clock.ago(NOW - timedelta(seconds=20), real=True) == "just now", "also of a short day"


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
        ended = replace(demo, end=lambda: demo.zero + 7.5 * day)
        pages = replace(shared.pages, is_simulated=True, demo_calendar=ended)
        portal.api.app.state.portal = replace(shared, pages=pages)
        last = (await browser.get("/portal")).text
    assert "It is day 12, and a day lasts 3600 seconds. Mails and settings" in page
    assert f"day 0 is {demo.zero.day} {demo.zero:%B %Y}.</p>" in page
    assert "The demo's days ended on day 7. Mails and settings" in last


async def test_files_of_the_demo_have_its_days(portal: RunningPortal) -> None:
    """People, rows and audit log are exported with days; the log isn't filtered by dates there."""
    shared: Portal = portal.api.app.state.portal
    demo = DemoCalendar(datetime.now(UTC) - timedelta(hours=12.5), timedelta(hours=1))
    invited = demo.zero + timedelta(hours=3.5)
    await put(portal.database, person(1, invite_sent_at=invited))
    row = ImportRow(line=2, value="nobody@contoso.com", outcome=RowOutcome.UNKNOWN)
    async with portal.database.writing() as connection:
        await begin_import(connection, replace(IMPORT, requested_at=invited))
        await put_rows(connection, IMPORT.import_id, [row])
    portal.api.app.state.portal = replace(
        shared,
        pages=replace(shared.pages, is_simulated=True, demo_calendar=demo),
        portal=replace(shared.portal, demo_calendar=demo),
    )
    async with portal.browser(Role.ADMIN) as browser:
        people = (await browser.get("/portal/people/export.csv")).text
        workbook = (await browser.get("/portal/people/export.xlsx")).content
        audit = (await browser.get("/portal/audit/export.csv")).text
        rows = (await browser.get(UNKNOWN_ROWS)).text
        log = (await browser.get("/portal/audit")).text
    shown = f"Day 3, {invited:%H:%M:%S}"
    assert f'"{shown}"' in people
    assert f'"{shown}"' in rows
    with ZipFile(BytesIO(workbook)) as book:
        assert shown in book.read("xl/worksheets/sheet1.xml").decode()
    assert '"Day 12, ' in audit
    assert f"{demo.zero:%Y-%m-}" not in audit
    assert 'type="date"' not in log
