"""One rollout under one scenario, from the file to the accounts."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from cli.terminal import ExitStatus
from database.engine import default_url
from demo.layout import Layout
from tests.database import cluster
from tests.database.conftest import create_database
from tests.database.own_cluster import OwnCluster, own_cluster
from tests.faults.accounts import discrepancies, look
from tests.faults.arrangement import Arrangement, CantRunHere
from tests.faults.parts import Program, cold, running_parts
from tests.faults.people import SomePerson, add_people, live, people_by_lot
from tests.faults.scenarios.catalogue import SCENARIOS
from tests.faults.scenarios.trouble import Scenario, Trouble

# Long enough that nobody is reminded meanwhile; a look for registrations comes within seconds.
DAY_SECONDS = 1200.0
# Beyond the two minutes after which a mail is looked for whose sending was interrupted.
PATIENCE_SECONDS = 1800.0
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run ended: what isn't accounted for, and how long the rollout took.

    Attributes:
        told: what the lot has drawn, as far as a reader wants to know it.
        not_run: why a scenario wasn't run that this machine or user isn't made for.
    """

    wrong: list[str]
    people: int
    clicks: int
    registrations: int
    seconds: float
    told: list[str]
    not_run: list[str]


async def run_rollout(
    folder: Path,
    *scenarios: str,
    people: int,
    seed: int,
    engine: str = SQLITE,
    scale: float | None = None,
    program: Program = cold,
) -> Outcome:
    """Import people, let them live, let things go wrong meanwhile, and compare all accounts.

    Each scenario meets as many people of its own, and those of the ones before, wherever they are
    by then: all are accounted for at the end.
    """
    lot = random.Random(seed)  # noqa: S311 - a repeatable lot
    everybody: list[SomePerson] = []
    lost: set[str] = set()
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        played, arrangement, not_run = _arranged(stack, folder, scenarios)
        if not played:
            return Outcome(
                wrong=[], people=0, clicks=0, registrations=0, seconds=0, told=[], not_run=not_run
            )
        url, own = await stack.enter_async_context(_tables(engine, arrangement.cluster))
        layout, parts, control = await stack.enter_async_context(
            running_parts(
                folder, arrangement, day_seconds=DAY_SECONDS, database_url=url, program=program
            )
        )
        wrong: list[str] = []
        told: list[str] = []
        for scenario in played:
            if scenario.loses_mail_rows and everybody:
                # What is complete before the backup has to be complete in it.
                wrong += await _accounts(control, layout, everybody, lost)
            trouble = Trouble(
                folder=folder,
                layout=layout,
                apis=[layout.api],
                arrangement=arrangement,
                parts=parts,
                control=control,
                people=people_by_lot(people, lot, first=len(everybody)),
                lot=lot,
                postgresql=own,
                scale=scale or max(1, people / 50),
            )
            await _lived_through(scenario, trouble)
            everybody += trouble.people
            if scenario.loses_mail_rows:
                lost.update(one.object_id for one in trouble.people)
            wrong += trouble.wrong
            told += trouble.told
        wrong += await _accounts(control, layout, everybody, lost)
    return Outcome(
        wrong=wrong,
        people=len(everybody),
        clicks=sum(one.click_acknowledged for one in everybody),
        registrations=sum(one.registered for one in everybody),
        seconds=time.monotonic() - began,
        told=told,
        not_run=not_run,
    )


def _arranged(
    stack: AsyncExitStack, folder: Path, names: Iterable[str]
) -> tuple[list[Scenario], Arrangement, list[str]]:
    """Return what can be played, how everything is started for it, and why the rest can't be."""
    played, arrangement, not_run = [], Arrangement(), []
    for name in names:
        try:
            wanted = stack.enter_context(SCENARIOS[name].arranged(folder))
        except CantRunHere as reason:
            not_run.append(f"{name}: {reason}")
            continue
        arrangement = arrangement.beside(wanted)
        played.append(SCENARIOS[name])
    return played, arrangement, not_run


async def _lived_through(scenario: Scenario, trouble: Trouble) -> None:
    """Import the people, and let the scenario run until it has ended and they have acted."""
    await add_people(trouble.control, trouble.people)
    file = trouble.folder / f"people-{trouble.people[0].object_id}.csv"
    file.write_text("\n".join(["UPN", *(one.upn for one in trouble.people)]))
    if not scenario.people_wait:
        trouble.people_act.set()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_imported(trouble, file))
        for one in trouble.people:
            tasks.create_task(live(one, trouble.control, trouble.apis, trouble.people_act))
        tasks.create_task(scenario.run(trouble))  # type: ignore[arg-type]


async def _accounts(
    control: httpx.AsyncClient, layout: Layout, people: list[SomePerson], lost: set[str]
) -> list[str]:
    """Compare all accounts until nothing is wrong, or too long; return what is wrong still."""
    url = layout.database_url or default_url(layout.data_dir)
    wrong = ["nobody has looked"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while wrong and time.monotonic() < deadline:
        await asyncio.sleep(1)
        seen = await look(people, control, url)
        wrong = discrepancies(people, seen, lost_mail_rows=lost)
    return wrong


async def _imported(trouble: Trouble, file: Path) -> None:
    """Import the file, again where that fails: the same file starts nobody twice."""
    while True:
        status, _ = await trouble.verb("import", str(file), f"--batch-id={file.stem}")
        if status == ExitStatus.DONE:
            return
        await asyncio.sleep(1)


@asynccontextmanager
async def _tables(engine: str, folder: Path | None) -> AsyncIterator[tuple[str, OwnCluster | None]]:
    """Give the address of our tables, and the server that can be killed; neither if embedded."""
    if engine == SQLITE:
        yield "", None
        return
    programs = cluster.executables()
    assert programs is not None, "PostgreSQL isn't installed (Debian: apt-get install postgresql)"
    async with own_cluster(programs, folder) as own:
        yield await create_database(own.address), own
