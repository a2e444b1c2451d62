"""Measures the portal's pages at full size over HTTP: ``python -m tests.api.portal.sizes``.

Fills a SQLite file and a PostgreSQL database as ``tests.database.sizes`` does, and prints the 95th
percentile of each page beside its bar. The browser's side is in the same process, so a page is
counted with the time that it takes to be read. "Anew" is without anything that a process keeps
between two requests.
"""

import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

import httpx

from api.config import PortalConfig
from api.portal.overview.reading import Shared
from api.portal.services import Portal
from database.engine import Database
from database.enrolments.people import read_people
from database.figures.counts import count_people
from database.portal.sessions import open_session
from domain.portal.roles import Role
from domain.tables.people import PeopleFilter
from templates.plots.renderer import Renderer
from tests.api.portal.portal import running_portal, session_of
from tests.api.running import lazy_client, served
from tests.database.sizes import cpu_used, fill_if_empty, print_line, run, ten_at_once

NOWHERE = "127.0.0.1:9"
LIST_BAR, PERSON_BAR, OVERVIEW_BAR, TOGETHER_BAR = 100, 100, 150, 150
PEOPLE = "/portal/people"


def _pages(somebody: str) -> list[tuple[str, float, str]]:
    return [
        ("overview", OVERVIEW_BAR, "/portal"),
        ("overview: live part", OVERVIEW_BAR, "/portal/overview/live"),
        ("people", LIST_BAR, PEOPLE),
        ("people: by name", LIST_BAR, f"{PEOPLE}?sort=name"),
        ("people: one status", LIST_BAR, f"{PEOPLE}?status=Sent"),
        ("people: search, many", LIST_BAR, f"{PEOPLE}?text=mar"),
        ("people: search, a few", LIST_BAR, f"{PEOPLE}?text=danjanquin"),
        ("people: search, nobody", LIST_BAR, f"{PEOPLE}?text=xxxxxx"),
        ("one person", PERSON_BAR, f"{PEOPLE}/{somebody}"),
        ("needs attention", LIST_BAR, "/portal/attention"),
        ("batches", LIST_BAR, "/portal/batches"),
    ]


async def _nothing() -> None:
    """Prepare nothing."""


async def _measured(
    use: Callable[[], Awaitable[object]],
    times: int,
    prepare: Callable[[], Awaitable[None]] = _nothing,
) -> list[float]:
    taken = []
    for _ in range(times):
        await prepare()
        begun = time.perf_counter()
        await use()
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


async def _report(name: str, database: Database, number: int, times: int) -> None:
    await fill_if_empty(database, number)
    async with database.reading() as connection:
        number = (await count_people(connection)).total
        somebody = (await read_people(connection, PeopleFilter(), limit=1)).people[0].object_id
    print(f"\n{name}: the portal, {number} people")  # noqa: T201
    session_id = token_urlsafe(16)
    async with database.writing() as connection:
        await open_session(connection, session_of(session_id, (Role.ADMIN,)))
    with tempfile.TemporaryDirectory() as folder:
        portal = PortalConfig(base_url="http://127.0.0.1", draws_at_start=True)
        deadline = datetime.now(UTC).date()
        async with (
            running_portal(
                await lazy_client(NOWHERE), Path(folder), database, portal=portal, deadline=deadline
            ) as running,
            served(running.api.app) as url,
            httpx.AsyncClient(
                base_url=url, cookies={"mfa-rollout-session": session_id}, timeout=60
            ) as browser,
        ):
            await _measure(browser, database, somebody, times)
            await _measure_anew(browser, database, running.api.app.state.portal, times)


async def _measure(
    browser: httpx.AsyncClient, database: Database, somebody: str, times: int
) -> None:
    served_here = []
    for label, bar, path in _pages(somebody):
        answer = await browser.get(path)
        if answer.status_code != httpx.codes.OK:
            print(f"  {label:24} answers {answer.status_code}")  # noqa: T201
            continue
        served_here.append(path)
        used = cpu_used(database)
        taken = await _measured(lambda path=path: browser.get(path), times)  # type: ignore[misc]
        print_line(label, bar, taken, cpu_used(database) - used)

    for label, paths in (("overview", ["/portal"]), ("all pages", served_here)):

        async def look(user: int, paths: list[str] = paths) -> None:
            await browser.get(paths[user % len(paths)])

        used = cpu_used(database)
        taken = await ten_at_once(look, max(5, times // 4))
        print_line(f"ten users: {label}", TOGETHER_BAR, taken, cpu_used(database) - used)


async def _measure_anew(
    browser: httpx.AsyncClient, database: Database, portal: Portal, times: int
) -> None:
    """Measure the overview of whoever is the first to look after a while, and the first of all."""

    async def figures() -> None:
        object.__setattr__(portal, "overview", Shared(fresh_for=600))

    async def everything() -> None:
        # What was drawn for the one before is done.
        await browser.get("/portal/overview/trends")
        object.__setattr__(portal, "trends", Shared(fresh_for=600))
        object.__setattr__(portal, "plots", Renderer())
        await figures()

    for label, prepare in (
        ("overview: figures anew", figures),
        ("overview: the first", everything),
    ):
        used = cpu_used(database)
        taken = await _measured(lambda: browser.get("/portal"), max(10, times // 4), prepare)
        print_line(label, OVERVIEW_BAR, taken, cpu_used(database) - used)


if __name__ == "__main__":
    run(_report, __doc__)
