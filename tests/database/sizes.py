"""Measures every read of our own tables at full size: ``python -m tests.database.sizes``.

Fills a SQLite file and a PostgreSQL database with people and stories, and prints the 95th
percentile of each read beside the bar that it has to stay below. The CPU of a read, the server's
included, is its mean: it says the same on a busy machine.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database, default_url
from database.enrolments.link_owners import AskedLink, find_link_owners
from database.enrolments.people import count_matching, read_people
from database.enrolments.person import find_people, read_person
from database.enrolments.record import record
from database.figures.attention import count_attention
from database.figures.counts import count_people
from database.figures.overview import PLOTTED, OverviewRules, read_overview
from database.figures.series import daily_series
from database.figures.standing import read_standing_groups
from database.migrate import upgrade
from database.people.attention import attention_at
from database.tombstones import Tombstones
from demo.past.people import BEGAN_AT, NOW, department_of, manager_of, people, write
from domain.status import InviteStatus
from domain.tables.attention import FOUND_WHEN_READ
from domain.tables.people import PageEnd, PeopleFilter, PeopleOrder
from domain.tables.story import StoryEvent, StoryKind
from tests.database import cluster
from tests.database.conftest import create_database

Read = Callable[[AsyncConnection], Awaitable[object]]
Report = Callable[[str, Database, int, int], Awaitable[None]]
TOMBSTONES = Tombstones()
RULES = OverviewRules(zone=ZoneInfo("Europe/Zurich"))
TICKS = os.sysconf("SC_CLK_TCK")


async def _plots(connection: AsyncConnection) -> None:
    await daily_series(connection, PLOTTED, first=BEGAN_AT.date(), last=NOW.date(), zone=RULES.zone)


async def _attention(connection: AsyncConnection) -> None:
    await count_attention(connection, await attention_at(connection, NOW))


async def _standing(connection: AsyncConnection) -> None:
    await read_standing_groups(connection, now=NOW, day=timedelta(days=1), days_back=7)


def _page(
    wanted: PeopleFilter,
    order: PeopleOrder = PeopleOrder.NAME,
    *,
    descending: bool = False,
    after: PageEnd | None = None,
) -> Read:
    return lambda c: read_people(c, wanted, order=order, descending=descending, after=after)


def _reads(somebody: str) -> list[tuple[str, float, Read]]:
    """Return each read, with the milliseconds it may take."""
    everybody = PeopleFilter()
    sent = PeopleFilter(status=InviteStatus.SENT)
    rare = PeopleFilter(department=department_of(0), status=InviteStatus.PENDING, language="fr-CH")
    team = PeopleFilter(manager_upn=manager_of(17)[0])
    changed, due = PeopleOrder.CHANGED, PeopleOrder.DUE
    middle = PageEnd(value="m", object_id=somebody)
    return [
        ("counts: all", 15, count_people),
        ("counts: a batch", 15, lambda c: count_people(c, batch_id="wave-07")),
        ("counts: a department", 15, lambda c: count_people(c, department=department_of(0))),
        ("person", 5, lambda c: read_person(c, somebody)),
        ("whose link", 5, lambda c: find_link_owners(c, [AskedLink([somebody], somebody)])),
        ("list: first page", 100, _page(everybody)),
        ("list: middle page", 100, _page(everybody, after=middle)),
        ("list: latest changes", 100, _page(everybody, changed, descending=True)),
        ("list: due next", 100, _page(everybody, due)),
        ("list: one status", 100, _page(sent)),
        ("list: few by name", 100, _page(rare)),
        ("list: few by change", 100, _page(rare, changed)),
        ("list: few by due date", 100, _page(rare, due)),
        ("list: a manager's team", 100, _page(team)),
        *(
            (f"list: {kind}", 100, _page(PeopleFilter(attention=kind), order))
            for kind in sorted(FOUND_WHEN_READ)
            for order in (PeopleOrder.NAME, PeopleOrder.ATTENTION)
        ),
        ("list: registered after", 100, _page(PeopleFilter(registered_after="reminder-1"))),
        ("list: no department", 100, _page(PeopleFilter(no_department=True))),
        ("list: how many match", 100, lambda c: count_matching(c, sent)),
        ("search: many", 100, _page(PeopleFilter(text="mar"))),
        ("search: a few", 100, _page(PeopleFilter(text="danjanquin"))),
        ("search: nobody", 100, _page(PeopleFilter(text="xxxxxx"))),
        ("search: with status", 100, _page(PeopleFilter(text="xxxxxx", status=InviteStatus.SENT))),
        ("search: whole UPN", 100, lambda c: find_people(c, "nobody@contoso.com")),
        ("attention", 100, _attention),
        ("plots", 60, _plots),
        ("where people stand", 600, _standing),
        ("overview", 150, lambda c: read_overview(c, RULES, now=NOW)),
    ]


async def fill_if_empty(database: Database, number: int) -> None:
    """Fill the tables, unless there are people in them."""
    await upgrade(database)
    async with database.reading() as connection:
        if (await count_people(connection)).total:
            return
    await write(database, people(number))
    if not database.is_sqlite:
        # What autovacuum does by itself in time: the first may pass over what it just looks at.
        autocommit = database.writer.execution_options(isolation_level="AUTOCOMMIT")
        async with autocommit.connect() as connection:
            for _ in range(2):
                await connection.execute(text("VACUUM ANALYZE"))


def cpu_used(database: Database) -> float:
    """Return the seconds of CPU that this process and PostgreSQL's have used."""
    used = time.process_time()
    if database.is_sqlite:
        return used
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text().rpartition(")")
            if name.endswith("(postgres"):
                used += sum(int(ticks) for ticks in rest.split()[11:15]) / TICKS
    return used


async def _measure(database: Database, read: Read, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        async with database.reading() as connection:
            await read(connection)
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


async def ten_at_once(
    use: Callable[[int], Awaitable[object]], times: int, *, pause: float = 0.0
) -> list[float]:
    """Let ten users look again and again, and return how long each look took.

    Each waits between two looks, for half as long as ``pause`` seconds to one and a half times.
    """

    async def user(number: int) -> list[float]:
        taken, source = [], Random(number)  # noqa: S311
        for _ in range(times):
            await asyncio.sleep(pause * source.uniform(0.5, 1.5))
            begun = time.perf_counter()
            await use(number)
            taken.append((time.perf_counter() - begun) * 1000)
        return taken

    users = await asyncio.gather(*(user(number) for number in range(10)))
    return sorted(one for taken in users for one in taken)


async def _writes(database: Database, times: int) -> tuple[float, float]:
    """Return milliseconds of time, and of this process's CPU, that a write takes."""
    row, _ = next(people(1, seed=2))
    begun, cpu = time.perf_counter(), time.process_time()
    for number in range(times):
        event = StoryEvent(run_id=row.run_id, number=1000 + number, at=NOW, kind=StoryKind.CHECKED)
        changed = replace(row, revision=row.revision + number)
        async with database.writing() as connection:
            await record(connection, changed, [event], tombstones=TOMBSTONES)
    taken = time.perf_counter() - begun, time.process_time() - cpu
    return taken[0] * 1000 / times, taken[1] * 1000 / times


async def _report(name: str, database: Database, number: int, times: int) -> None:
    begun = time.perf_counter()
    await fill_if_empty(database, number)
    async with database.reading() as connection:
        number = (await count_people(connection)).total
        somebody = (await read_people(connection, PeopleFilter(), limit=1)).people[0].object_id
    print(f"\n{name}: {number} people in {time.perf_counter() - begun:.0f} s")  # noqa: T201
    reads = _reads(somebody)
    for label, bar, read in reads:
        await _measure(database, read, 3)
        used = cpu_used(database)
        taken = await _measure(database, read, times)
        print_line(label, bar, taken, cpu_used(database) - used)
    mixed = [read for label, _, read in reads if label.startswith(("person", "list", "search"))]

    async def look_at_people(user: int) -> None:
        async with database.reading() as connection:
            await mixed[user % len(mixed)](connection)

    used = cpu_used(database)
    taken = await ten_at_once(look_at_people, max(5, times // 4))
    print_line("ten users: people", 150, taken, cpu_used(database) - used)
    elapsed, cpu = await _writes(database, 500)
    print(f"  {'a write':24} {elapsed:7.2f} ms, {cpu:.2f} ms of our CPU (bar 2)")  # noqa: T201


def print_line(label: str, bar: float, taken: list[float], used: float) -> None:
    """Print a row of the table."""
    median, high = taken[len(taken) // 2], taken[min(len(taken) - 1, int(len(taken) * 0.95))]
    verdict = "ok" if high <= bar else "TOO SLOW"
    each = used * 1000 / len(taken)
    print(  # noqa: T201
        f"  {label:24} p50 {median:7.1f}  p95 {high:7.1f}  CPU {each:6.1f} ms"
        f"  bar {bar:4.0f}  {verdict}",
        flush=True,
    )


async def _measure_each(report: Report, urls: list[str], number: int, times: int) -> None:
    for url in urls:
        database = Database(url)
        await report(database.url.get_backend_name(), database, number, times)
        await database.close()


def measure_all(report: Report, urls: list[str], number: int, times: int) -> None:
    """Report on the databases of these addresses, else on new ones of both engines."""
    if urls:
        asyncio.run(_measure_each(report, urls, number, times))
        return
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure_each(report, [default_url(Path(folder))], number, times))
        if programs := cluster.executables():
            with cluster.shared(Path(folder), programs) as address:
                url = asyncio.run(create_database(address))
                asyncio.run(_measure_each(report, [url], number, times))


def run(report: Report, description: str | None) -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--url", action="append", help="a database to fill if it is empty")
    given = parser.parse_args()
    measure_all(report, given.url or [], given.people, given.times)


if __name__ == "__main__":
    run(_report, __doc__)
