"""The overview as an admin sees it."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from api.portal.overview.shared import Shared
from database.engine import Database
from database.rollout.control import set_control
from domain.portal.roles import Role
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.rollout import MailControl
from domain.tables.story import StoryKind
from tests.api.portal.portal import RunningPortal
from tests.database.values import event, person, put

HOSTILE = '"><script>alert(1)</script>'


async def fill(database: Database) -> None:
    """Write six people: active, bounced, waiting, of a hostile batch, cancelled, and gone."""
    now = datetime.now(UTC)
    active = {
        "status": InviteStatus.ACTIVE,
        "ended": EnrolmentEnd.ACTIVE,
        "registered_after": "reminder-1",
        "invite_sent_at": now - timedelta(days=2, hours=3),
        "registered_at": now,
        "in_group": True,
    }
    bounced = {"attention": AttentionKind.BOUNCED, "attention_since": now}
    waiting = {
        "status": InviteStatus.PENDING,
        "next_step": NextStep.INVITATION,
        "due_at": now - timedelta(minutes=1),
    }
    await put(database, person(1, **active), [event(1, StoryKind.REGISTERED, at=now)])
    await put(database, person(2, **bounced), [event(1, StoryKind.INVITED, at=now)])
    await put(database, person(3, **waiting))
    await put(database, person(4, batch_id=HOSTILE, department=HOSTILE))
    await put(database, person(5, ended=EnrolmentEnd.CANCELLED))
    gone = {"ended": EnrolmentEnd.GONE, "status": InviteStatus.CLICKED, "department": None}
    await put(database, person(6, **gone))


@pytest.mark.wording
async def test_the_overview_says_how_the_rollout_stands(portal: RunningPortal) -> None:
    """Figures lead to their people; plots, groups, mail, attention and health are there.

    The first who looks waits for no plot: tables are in their places, and it is said.
    """
    await fill(portal.database)
    async with portal.browser(Role.READER) as browser:
        first = (await browser.get("/portal")).text
        await browser.get("/portal/overview/trends", headers={"HX-Request": "true"})
        answer = await browser.get("/portal")
    page = answer.text
    assert answer.status_code == 200
    loads = 'hx-get="/portal/overview/trends" hx-trigger="load"'
    assert ("<svg " in first, loads in first, "being drawn" in first) == (False, True, True)
    assert first.count("in figures</summary>") == page.count("in figures</summary>") == 5
    assert "being drawn" not in page
    assert "1 of 6 people are registered" in page
    for found, number in (
        ("status=Pending&amp;ended=running", 1),
        ("status=Sent&amp;ended=running", 2),
        ("status=Clicked&amp;ended=running", 0),
        ("status=Active", 1),
        ("ended=cancelled", 1),
        ("ended=failed", 0),
        ("ended=otherwise", 1),
    ):
        link = rf'href="/portal/people\?{found}"[^>]*><span class="number">{number}<'
        assert re.search(link, page), found
    # The table of the groups: who waits, who is registered, and who is neither.
    waiting = '<a href="/portal/people?batch=autumn&amp;ended=running">2</a>'
    registered = '<a href="/portal/people?batch=autumn&amp;status=Active">1</a>'
    ended = '<a href="/portal/people?batch=autumn&amp;ended=not-active">2</a>'
    cells = (waiting, registered, ended)
    row = "\\s*".join(f'<td class="number">{re.escape(one)}</td>' for one in cells)
    assert re.search(row, page)
    assert page.count("<svg ") == 5
    assert "<script>alert" not in page
    assert "style=" not in page
    assert 'href="/portal/people?batch=autumn"' in page
    assert 'href="/portal/people?department=Sales"' in page
    assert '<a href="/portal/people?no_department=yes">No department</a>' in page
    worked = '<a href="/portal/people?registered_after=reminder-1">1</a>'
    assert re.search(rf"<bdi>Reminder 1</bdi></th><td[^>]*>{re.escape(worked)}", page)
    assert "Half of the registered people needed at most 3 days" in page
    assert 'href="/portal/attention?kind=bounced"' in page
    assert "0 sent, 1 more is due today" in page
    assert "1 people wait" not in page
    assert "not stopped" in page


async def test_old_plots_are_asked_for_again(portal: RunningPortal) -> None:
    """The part with the plots is of now, and whole."""
    await fill(portal.database)
    async with portal.browser(Role.READER) as browser:
        part = await browser.get("/portal/overview/trends", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert part.text.count("<svg ") == 5
    assert "Plots and tables as of" in part.text
    assert ">Forecast<" in part.text


async def test_an_empty_rollout_has_an_overview(portal: RunningPortal) -> None:
    """Before the first import the page says so, and has no empty plots."""
    async with portal.browser(Role.ADMIN) as browser:
        answer = await browser.get("/portal")
    assert answer.status_code == 200
    assert "Nobody has been imported yet." in answer.text
    assert 'href="/portal/import"' in answer.text
    assert "<svg " not in answer.text


async def test_what_changes_is_asked_for_again(portal: RunningPortal) -> None:
    """The live part is a part of a page, for whoever is signed in, and tells of stopped mail."""
    control = MailControl(mail_stopped=True, since=datetime.now(UTC), actor="Ada", reason="x")
    async with portal.database.writing() as connection:
        await set_control(connection, control)
    assert (await portal.api.http.get("/portal/overview/live")).status_code == 303
    async with portal.browser(Role.READER) as browser:
        part = await browser.get("/portal/overview/live", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "stopped for everybody" in part.text


def test_what_is_read_for_all_is_told_only_while_it_is_recent() -> None:
    """One that was made twice its time ago is not told as today's."""

    async def make() -> int:
        return 1

    async def told(fresh_for: float) -> int | None:
        shared: Shared[int] = Shared(fresh_for=fresh_for)
        await shared.read(make)
        assert shared.latest == 1
        return shared.recent

    assert asyncio.run(told(600)) == 1
    assert asyncio.run(told(-1)) is None


async def test_ten_who_look_at_once_cost_one_read() -> None:
    """All get the same; a failure is told to whoever asked, and isn't kept."""
    made: list[int] = []
    shared: Shared[int] = Shared(fresh_for=600)

    async def make() -> int:
        await asyncio.sleep(0)
        made.append(len(made))
        if len(made) == 1:
            raise ConnectionError
        return len(made)

    with pytest.raises(ConnectionError):
        await shared.read(make)
    assert await asyncio.gather(*(shared.read(make) for _ in range(10))) == [2] * 10
    assert await shared.read(make, old=True) == 2


async def test_an_old_one_is_made_anew_in_the_background() -> None:
    """Whoever takes an old one needn't wait; whoever doesn't gets a new one."""
    numbers = iter(range(9))
    shared: Shared[int] = Shared(fresh_for=0)

    async def make() -> int:
        await asyncio.sleep(0)
        return next(numbers)

    assert await shared.read(make, old=True) == 0
    assert await shared.read(make, old=True) == 0
    assert await shared.read(make) == 1
    assert await shared.read(make) == 2


async def test_nobody_has_to_wait_for_a_forecast() -> None:
    """The latest is had at once, or none; what has expired is made anew; making can be stopped."""
    numbers = iter(range(9))
    shared: Shared[int] = Shared(fresh_for=600)

    async def make() -> int:
        await asyncio.sleep(0)
        return next(numbers)

    assert shared.start(make) is None
    assert await shared.read(make) == 0
    assert shared.start(make) == shared.latest == 0
    shared.expire()
    assert await shared.read(make) == 1
    shared.expire()
    shared.start(make)
    await shared.stop()
    assert shared.latest == 1
