"""What is read once for everybody who looks within the same moment, and never for too long."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cachetools import TTLCache

from api.portal.overview.overview import warm
from api.portal.overview.shared import Shared
from api.portal.people.people_list import PAGE_SIZE
from api.portal.services import Portal
from database.engine import Database, default_url
from database.rollout.control import set_control
from domain.portal.roles import Role
from domain.tables.attention import AttentionKind
from domain.tables.rollout import MailControl
from tests.api.portal.portal import CSRF, RunningPortal
from tests.api.statements import Statements
from tests.database.values import NOW, object_id, person, put

LIST = "/portal/people?sort=name"
STOPPED = "All mail is stopped"


@pytest.fixture
async def shared(statements: Statements, portal: RunningPortal) -> RunningPortal:
    """Run a portal that keeps what its pages share for longer than any test takes."""
    usual: Portal = portal.api.app.state.portal
    portal.api.app.state.portal = replace(
        usual,
        rollout=Shared(fresh_for=600),
        overview=Shared(fresh_for=600),
        trends=Shared(fresh_for=600),
        choices=Shared(fresh_for=600),
        totals=TTLCache(10, 600),
    )
    return portal


async def test_a_further_page_reads_only_what_is_its_own(
    statements: Statements, shared: RunningPortal
) -> None:
    """The second page of a moment asks for session, people and views; the first asked for more."""
    for number in range(PAGE_SIZE + 1):
        await put(shared.database, person(number))
    async with shared.browser(Role.READER) as browser:
        first = await browser.get(LIST)
        words = ("FROM process", "count(*)", "FROM enrolment", "FROM session", "FROM saved_view")
        before = {one: statements.count(one) for one in ("SELECT", *words)}
        further = await browser.get(LIST)
    assert f"<strong>{PAGE_SIZE + 1}</strong> people" in further.text
    assert further.text == first.text
    read = {one: statements.count(one) - number for one, number in before.items()}
    assert read == {
        "SELECT": 3,
        "FROM process": 0,
        "count(*)": 0,
        "FROM enrolment": 1,
        "FROM session": 1,
        "FROM saved_view": 1,
    }


@pytest.mark.parametrize(
    ("path", "reads"), [("/portal/attention", 3), (f"/portal/people/{object_id(1)}", 9)]
)
async def test_settings_and_stops_are_not_read_for_each_page(
    statements: Statements, shared: RunningPortal, path: str, reads: int
) -> None:
    """What decides for everybody who needs attention is read with the banners."""
    bounced = person(1, attention=AttentionKind.BOUNCED, attention_since=NOW)
    await put(shared.database, bounced)
    async with shared.browser(Role.READER) as browser:
        assert (await browser.get(path)).status_code == 200
        before = {one: statements.count(one) for one in ("SELECT", "FROM control", "FROM policy")}
        await browser.get(path)
    read = [statements.count(one) - number for one, number in before.items()]
    assert read == [reads, 0, 0]


async def test_a_search_counts_whom_it_finds_as_it_looks(
    statements: Statements, shared: RunningPortal
) -> None:
    """All names are read once, though more people are found than a page shows."""
    for number in range(PAGE_SIZE + 1):
        await put(shared.database, person(number))
    async with shared.browser(Role.READER) as browser:
        page = await browser.get(f"{LIST}&text=person")
    assert f"<strong>{PAGE_SIZE + 1}</strong> people" in page.text
    assert statements.count("enrolment.search LIKE") == 1


async def test_whoever_does_something_sees_at_once_what_is_so_now(shared: RunningPortal) -> None:
    """Others see it a moment later; the page to which an answer leads reads it anew."""
    async with shared.browser(Role.ADMIN) as browser:
        assert STOPPED not in (await browser.get(LIST)).text
        control = MailControl(mail_stopped=True, since=datetime.now(UTC), actor="Ada")
        async with shared.database.writing() as connection:
            await set_control(connection, control)
        assert STOPPED not in (await browser.get(LIST)).text
        answer = await browser.post("/portal/mails/stop", data={"csrf": CSRF, "reason": ""})
        assert answer.status_code == 303
        assert STOPPED in (await browser.get(LIST)).text


async def test_the_first_reader_finds_figures_and_plots(
    statements: Statements,
    shared: RunningPortal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are read as the portal starts, unless the tables can't be read then."""
    monkeypatch.setattr("api.portal.overview.overview.WARMING_LASTS", 600)
    portal: Portal = shared.api.app.state.portal
    await warm(replace(portal, database=Database(default_url(tmp_path / "nowhere"))))
    assert portal.trends.latest is None
    await warm(portal)
    counted = statements.count("FROM people_count")
    assert counted
    async with shared.browser(Role.READER) as browser:
        await browser.get("/portal/overview/trends")
        page = await browser.get("/portal")
    assert page.status_code == 200
    assert statements.count("FROM people_count") == counted
    assert portal.trends.latest is not None
    assert portal.trends.latest.drawn


async def test_what_was_begun_before_something_was_done_is_not_kept() -> None:
    """A reading that is under way while somebody acts is its readers', and nobody's afterwards."""
    shared: Shared[str] = Shared(fresh_for=600)
    may_end = asyncio.Event()

    async def slow() -> str:
        await may_end.wait()
        return "before"

    async def quick() -> str:
        return "after"

    early = asyncio.create_task(shared.read(slow))
    await asyncio.sleep(0)
    shared.forget()
    assert await shared.read(quick) == "after"
    may_end.set()
    assert await early == "before"
    assert await shared.read(slow) == "after"
