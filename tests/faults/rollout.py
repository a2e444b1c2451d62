"""One rollout under one scenario, from the file to the accounts."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.terminal import ExitStatus
from database.engine import default_url
from tests.database import cluster
from tests.database.conftest import create_database
from tests.database.own_cluster import OwnCluster, own_cluster
from tests.faults.accounts import discrepancies, look
from tests.faults.parts import running_parts
from tests.faults.people import add_people, live, people_by_lot
from tests.faults.scenarios.catalogue import SCENARIOS
from tests.faults.scenarios.trouble import Trouble

# Long enough that nobody is reminded meanwhile; a look for registrations comes within seconds.
DAY_SECONDS = 1200.0
# Beyond the two minutes after which a mail is looked for whose sending was interrupted.
PATIENCE_SECONDS = 1800.0
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run ended: what isn't accounted for, and how long the rollout took."""

    wrong: list[str]
    people: int
    clicks: int
    registrations: int
    seconds: float


async def run_rollout(
    folder: Path,
    scenario: str,
    *,
    people: int,
    seed: int,
    engine: str = SQLITE,
    scale: float | None = None,
) -> Outcome:
    """Import people, let them live, let things go wrong meanwhile, and compare all accounts.

    Raises:
        CantRunHere: the machine or the user isn't what the scenario needs.
    """
    lot = random.Random(seed)  # noqa: S311 - a repeatable lot
    population = people_by_lot(people, lot)
    began = time.monotonic()
    played = SCENARIOS[scenario]
    async with AsyncExitStack() as stack:
        arrangement = stack.enter_context(played.arranged(folder))
        url, own = await stack.enter_async_context(_tables(engine, arrangement.cluster))
        layout, parts, control = await stack.enter_async_context(
            running_parts(folder, arrangement, day_seconds=DAY_SECONDS, database_url=url)
        )
        await add_people(control, population)
        file = folder / "people.csv"
        file.write_text("\n".join(["UPN", *(one.upn for one in population)]))
        trouble = Trouble(
            folder=folder,
            layout=layout,
            arrangement=arrangement,
            parts=parts,
            control=control,
            people=population,
            lot=lot,
            postgresql=own,
            scale=scale or max(1, people / 50),
        )
        if not played.people_wait:
            trouble.people_act.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_imported(trouble, file))
            for one in population:
                tasks.create_task(live(one, control, layout.api, trouble.people_act))
            tasks.create_task(played.run(trouble))  # type: ignore[arg-type]
        wrong = ["nobody has looked"]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while wrong and time.monotonic() < deadline:
            await asyncio.sleep(1)
            seen = await look(population, control, url or default_url(layout.data_dir))
            lost = arrangement.lost_mail_rows
            wrong = discrepancies(population, seen, lost_mail_rows=lost)
        wrong += trouble.wrong
    return Outcome(
        wrong=wrong,
        people=people,
        clicks=sum(one.click_acknowledged for one in population),
        registrations=sum(one.registered for one in population),
        seconds=time.monotonic() - began,
    )


async def _imported(trouble: Trouble, file: Path) -> None:
    """Import the file, again where that fails: the same file starts nobody twice."""
    while True:
        status, _ = await trouble.verb("import", str(file), "--batch-id=faults")
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
