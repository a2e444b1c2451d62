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
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database, default_url
from database.enrolments.attention import AttentionRules, count_attention
from database.enrolments.counts import (
    count_by_batch,
    count_by_department,
    count_people,
    count_registered_after,
)
from database.enrolments.known import identify
from database.enrolments.people import count_matching, read_people
from database.enrolments.person import find_people, read_person
from database.enrolments.record import Change, record, record_all
from database.enrolments.series import daily_series
from database.enrolments.tombstones import Tombstones
from database.migrate import upgrade
from domain.enrolment.status import InviteStatus
from domain.records.people import PageEnd, PeopleFilter, PeopleOrder
from domain.records.story import StoryEvent, StoryKind
from tests.database import cluster
from tests.database.conftest import create_database
from tests.database.population import BEGAN_AT, NOW, people

Read = Callable[[AsyncConnection], Awaitable[object]]
TOMBSTONES = Tombstones(b"k" * 32)
ZURICH = ZoneInfo("Europe/Zurich")
PLOTTED = (
    StoryKind.INVITED,
    StoryKind.CLICKED,
    StoryKind.ADDED_TO_GROUP,
    StoryKind.REMINDED,
    StoryKind.OPENED,
)
RULES = AttentionRules()
TICKS = os.sysconf("SC_CLK_TCK")


async def _plots(connection: AsyncConnection) -> None:
    await daily_series(connection, PLOTTED, first=BEGAN_AT.date(), last=NOW.date(), zone=ZURICH)


async def _overview(connection: AsyncConnection) -> None:
    await count_people(connection)
    await count_by_batch(connection)
    await count_by_department(connection)
    await count_registered_after(connection)
    await count_attention(connection, RULES, now=NOW)
    await _plots(connection)


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
    rare = PeopleFilter(department="Department 0", status=InviteStatus.PENDING, language="fr-CH")
    team = PeopleFilter(manager_upn="boss17@contoso.com")
    changed, due = PeopleOrder.CHANGED, PeopleOrder.DUE
    middle = PageEnd(value="m", object_id=somebody)
    return [
        ("counts: all", 15, count_people),
        ("counts: a batch", 15, lambda c: count_people(c, batch_id="wave-07")),
        ("counts: a department", 15, lambda c: count_people(c, department="Department 0")),
        ("person", 5, lambda c: read_person(c, somebody)),
        ("whose link", 5, lambda c: identify(c, [somebody], somebody, high_water=0)),
        ("list: first page", 100, _page(everybody)),
        ("list: middle page", 100, _page(everybody, after=middle)),
        ("list: latest changes", 100, _page(everybody, changed, descending=True)),
        ("list: due next", 100, _page(everybody, due)),
        ("list: one status", 100, _page(sent)),
        ("list: few by name", 100, _page(rare)),
        ("list: few by change", 100, _page(rare, changed)),
        ("list: few by due date", 100, _page(rare, due)),
        ("list: a manager's team", 100, _page(team)),
        ("list: how many match", 100, lambda c: count_matching(c, sent)),
        ("search: many", 100, _page(PeopleFilter(text="mar"))),
        ("search: a few", 100, _page(PeopleFilter(text="danjanquin"))),
        ("search: nobody", 100, _page(PeopleFilter(text="xxxxxx"))),
        ("search: with status", 100, _page(PeopleFilter(text="xxxxxx", status=InviteStatus.SENT))),
        ("search: whole UPN", 100, lambda c: find_people(c, "nobody@contoso.com")),
        ("attention", 100, lambda c: count_attention(c, RULES, now=NOW)),
        ("plots", 60, _plots),
        ("overview", 150, _overview),
    ]


async def _fill(database: Database, number: int) -> str:
    """Fill the tables, and return somebody's ObjectId."""
    await upgrade(database)
    source = people(number)
    somebody = ""
    while some := [Change(row=row, events=events) for row, events in islice(source, 500)]:
        async with database.writing() as connection:
            await record_all(connection, some, tombstones=TOMBSTONES)
        somebody = some[0].row.object_id
    # What autovacuum and PRAGMA optimize do by themselves in time.
    autocommit = database.writer.execution_options(isolation_level="AUTOCOMMIT")
    if not database.is_sqlite:
        async with autocommit.connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))
    return somebody


def _cpu(database: Database) -> float:
    """Return the seconds of CPU that this process and PostgreSQL's have used."""
    used = time.process_time()
    if database.is_sqlite:
        return used
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text().rpartition(")")
            if name.endswith("(postgres"):
                used += sum(int(ticks) for ticks in rest.split()[11:13]) / TICKS
    return used


async def _measure(database: Database, read: Read, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        async with database.reading() as connection:
            await read(connection)
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


async def _ten_at_once(database: Database, reads: list[Read], times: int) -> list[float]:
    users = [_measure(database, reads[n % len(reads)], times) for n in range(10)]
    return sorted(one for taken in await asyncio.gather(*users) for one in taken)


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
    somebody = await _fill(database, number)
    print(f"\n{name}: {number} people in {time.perf_counter() - begun:.0f} s")  # noqa: T201
    reads = _reads(somebody)
    for label, bar, read in reads:
        await _measure(database, read, 3)
        used = _cpu(database)
        taken = await _measure(database, read, times)
        _line(label, bar, taken, _cpu(database) - used)
    mixed = [read for label, _, read in reads if label.startswith(("person", "list", "search"))]
    overview: list[Read] = [_overview]
    for label, some in (("ten users: people", mixed), ("ten users: overview", overview)):
        used = _cpu(database)
        taken = await _ten_at_once(database, some, times // 10 + 1)
        _line(label, 150, taken, _cpu(database) - used)
    elapsed, cpu = await _writes(database, 500)
    print(f"  {'a write':24} {elapsed:7.2f} ms, {cpu:.2f} ms of our CPU (bar 2)")  # noqa: T201


def _line(label: str, bar: float, taken: list[float], used: float) -> None:
    median, high = taken[len(taken) // 2], taken[min(len(taken) - 1, int(len(taken) * 0.95))]
    verdict = "ok" if high <= bar else "TOO SLOW"
    each = used * 1000 / len(taken)
    print(  # noqa: T201
        f"  {label:24} p50 {median:7.1f}  p95 {high:7.1f}  CPU {each:6.1f} ms"
        f"  bar {bar:4.0f}  {verdict}",
        flush=True,
    )


async def _main(engines: list[str], number: int, times: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in engines:
            database = Database(default_url(Path(folder)))
            await _report("SQLite", database, number, times)
            await database.close()
        programs = cluster.executables()
        if "postgresql" in engines and programs is not None:
            with cluster.shared(Path(folder), programs) as address:
                database = Database(await create_database(address))
                await _report("PostgreSQL", database, number, times)
                await database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    given = parser.parse_args()
    asyncio.run(_main(given.engine or ["sqlite", "postgresql"], given.people, given.times))
