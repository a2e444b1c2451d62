"""Measures the portal's pages at full size over HTTP: ``python -m tests.api.portal.sizes``.

Fills a SQLite file and a PostgreSQL database as ``tests.database.sizes`` does, and prints the 95th
percentile of each page beside its bar, with the portal's CPU and PostgreSQL's. The portal is a
process of its own, and the browsers, which share the cores with it, are another.

Of ten users each reads a page for two seconds, more or less, before they open the next one. "Closed
loop" is harder: each asks again in the moment in which they have their answer. Every search is for
somebody else. "Anew" is without anything that a process keeps between two requests; there the
browser is in the portal's process.
"""

import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from random import Random
from secrets import token_urlsafe

import aiohttp

from api.config import PortalConfig
from api.portal.overview.shared import Shared
from api.portal.services import Portal
from database.engine import Database
from database.enrolments.people import read_people
from database.figures.counts import count_people
from database.portal.sessions import open_session
from domain.portal.roles import Role
from domain.tables.people import PeopleFilter, PersonLine
from templates.plots.renderer import Renderer
from tests.api.portal.own_process import NOWHERE, portal_process
from tests.api.portal.portal import running_portal, session_of
from tests.api.running import lazy_client, served
from tests.database.sizes import cpu_used, fill_if_empty, print_line, run, ten_at_once

LIST_BAR, PERSON_BAR, OVERVIEW_BAR, TOGETHER_BAR = 100, 100, 150, 150
PEOPLE = "/portal/people"
READS_FOR = 2.0

Look = Callable[[str], Awaitable[object]]


def _pages(people: Sequence[PersonLine]) -> list[tuple[str, float, Iterator[str]]]:
    """Return each page with its bar and its addresses, which differ where people's would."""
    names = [one.display_name or "" for one in people]
    source = Random(7)  # noqa: S311
    source.shuffle(names)
    firsts = cycle(dict.fromkeys(name[:3] for name in names))
    lasts = cycle(name.rpartition(" ")[2] for name in names)
    return [
        ("overview", OVERVIEW_BAR, cycle(["/portal"])),
        ("overview: live part", OVERVIEW_BAR, cycle(["/portal/overview/live"])),
        ("people", LIST_BAR, cycle([PEOPLE])),
        ("people: by name", LIST_BAR, cycle([f"{PEOPLE}?sort=name"])),
        ("people: one status", LIST_BAR, cycle([f"{PEOPLE}?status=Sent"])),
        ("people: search, many", LIST_BAR, (f"{PEOPLE}?text={name}" for name in firsts)),
        ("people: search, a few", LIST_BAR, (f"{PEOPLE}?text={name}" for name in lasts)),
        ("people: search, nobody", LIST_BAR, (f"{PEOPLE}?text=xxxx{n}" for n in count())),
        ("one person", PERSON_BAR, cycle(f"{PEOPLE}/{one.object_id}" for one in people)),
        ("needs attention", LIST_BAR, cycle(["/portal/attention"])),
        ("batches", LIST_BAR, cycle(["/portal/batches"])),
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
        people = (await read_people(connection, PeopleFilter(), limit=number // 10)).people
    print(f"\n{name}: the portal, {number} people")  # noqa: T201
    session_id = token_urlsafe(16)
    async with database.writing() as connection:
        await open_session(connection, session_of(session_id, (Role.ADMIN,)))
    headers = {"Cookie": f"mfa-rollout-session={session_id}"}
    url = database.url.render_as_string(hide_password=False)
    async with (
        portal_process(url) as process,
        aiohttp.ClientSession(process.address, headers=headers, raise_for_status=True) as browser,
    ):
        await _measure(browser, lambda: process.cpu_used() + _others(database), people, times)
    await _measure_first(database, headers, max(10, times // 4))
    await _measure_anew(database, headers, max(10, times // 4))


def _others(database: Database) -> float:
    """Return the seconds of CPU that PostgreSQL has used."""
    return 0.0 if database.is_sqlite else cpu_used(database) - time.process_time()


async def _open(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path) as answer:
        await answer.read()


async def _measure(
    browser: aiohttp.ClientSession,
    used: Callable[[], float],
    people: Sequence[PersonLine],
    times: int,
) -> None:
    pages = _pages(people)
    for label, bar, paths in pages:
        for _ in range(5):
            await _open(browser, next(paths))
        before = used()
        taken = await _measured(lambda paths=paths: _open(browser, next(paths)), times)  # type: ignore[misc]
        print_line(label, bar, taken, used() - before)
    for label, tried, pause in (
        ("ten users: overview", pages[:1], READS_FOR),
        ("ten users: any page", pages, READS_FOR),
        ("closed loop: overview", pages[:1], 0.0),
        ("closed loop: any page", pages, 0.0),
    ):
        turns = cycle(paths for _, _, paths in tried)

        async def look(_: int, turns: Iterator[Iterator[str]] = turns) -> None:
            await _open(browser, next(next(turns)))

        before = used()
        taken = await ten_at_once(look, max(5, times // 4), pause=pause)
        print_line(label, TOGETHER_BAR, taken, used() - before)


async def _measure_first(database: Database, headers: dict[str, str], times: int) -> None:
    """Measure the overview of whoever looks as soon as a portal is ready."""
    url, taken, used = database.url.render_as_string(hide_password=False), [], 0.0
    for _ in range(times):
        async with (
            portal_process(url) as process,
            aiohttp.ClientSession(process.address, headers=headers) as browser,
        ):
            before, begun = process.cpu_used(), time.perf_counter()
            await _open(browser, "/portal")
            taken.append((time.perf_counter() - begun) * 1000)
            used += process.cpu_used() - before
    print_line("overview: after a start", OVERVIEW_BAR, sorted(taken), used)


async def _measure_anew(database: Database, headers: dict[str, str], times: int) -> None:
    """Measure the overview of whoever is the first to look after a while, and without plots."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            running_portal(
                await lazy_client(NOWHERE),
                Path(folder),
                database,
                portal=PortalConfig(base_url="http://127.0.0.1", draws_at_start=True),
                deadline=datetime.now(UTC).date(),
            ) as running,
            served(running.api.app) as url,
            aiohttp.ClientSession(url, headers=headers, raise_for_status=True) as browser,
        ):
            portal: Portal = running.api.app.state.portal

            async def figures() -> None:
                object.__setattr__(portal, "overview", Shared(fresh_for=600))

            async def everything() -> None:
                # What was drawn for the one before is done.
                await _open(browser, "/portal/overview/trends")
                object.__setattr__(portal, "trends", Shared(fresh_for=600))
                object.__setattr__(portal, "plots", Renderer())
                await figures()

            for label, prepare in (
                ("overview: figures anew", figures),
                ("overview: without plots", everything),
            ):
                used = cpu_used(database)
                taken = await _measured(lambda: _open(browser, "/portal"), times, prepare)
                print_line(label, OVERVIEW_BAR, taken, cpu_used(database) - used)


if __name__ == "__main__":
    run(_report, __doc__)
