"""One rollout under one scenario, from the file to the accounts."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.processes.demo import demo_tenant
from cli.terminal import ExitStatus
from database.engine import default_url
from demo.commands import CLI
from demo.layout import Layout
from tests.database import cluster
from tests.database.conftest import create_database
from tests.database.own_cluster import OwnCluster, own_cluster
from tests.faults.accounts import discrepancies, look
from tests.faults.parts import running_parts
from tests.faults.people import add_people, live, people_by_lot
from tests.faults.scenarios import SCENARIOS, Trouble

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
    folder: Path, scenario: str, *, people: int, seed: int, engine: str = SQLITE
) -> Outcome:
    """Import people, let them live, let things go wrong meanwhile, and compare all accounts."""
    lot = random.Random(seed)  # noqa: S311 - a repeatable lot
    population = people_by_lot(people, lot)
    began = time.monotonic()
    async with (
        _tables(folder, engine) as (url, own),
        running_parts(folder, day_seconds=DAY_SECONDS, database_url=url if own else "") as (
            layout,
            parts,
            control,
        ),
    ):
        await add_people(control, population)
        file = folder / "people.csv"
        file.write_text("\n".join(["UPN", *(one.upn for one in population)]))
        trouble = Trouble(
            parts=parts, control=control, lot=lot, postgresql=own, scale=max(1, people / 50)
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_imported(layout, file))
            for one in population:
                tasks.create_task(live(one, control, layout.api))
            tasks.create_task(SCENARIOS[scenario](trouble))  # type: ignore[arg-type]
        wrong = ["nobody has looked"]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while wrong and time.monotonic() < deadline:
            await asyncio.sleep(1)
            wrong = discrepancies(
                population, await look(population, control, url or default_url(layout.data_dir))
            )
    return Outcome(
        wrong=wrong,
        people=people,
        clicks=sum(one.click_acknowledged for one in population),
        registrations=sum(one.registered for one in population),
        seconds=time.monotonic() - began,
    )


async def _imported(layout: Layout, file: Path) -> None:
    """Import the file, again where that fails: the same file starts nobody twice."""
    while True:
        process = await asyncio.create_subprocess_exec(
            *CLI,
            "import",
            str(file),
            "--batch-id=faults",
            env=layout.process_environment(demo_tenant()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        await process.communicate()
        if process.returncode == ExitStatus.DONE:
            return
        await asyncio.sleep(1)


@asynccontextmanager
async def _tables(folder: Path, engine: str) -> AsyncIterator[tuple[str, OwnCluster | None]]:
    """Give the address of our tables, and the server that can be killed, where there is one."""
    if engine == SQLITE:
        yield default_url(folder / "data"), None
        return
    programs = cluster.executables()
    assert programs is not None, "PostgreSQL isn't installed (Debian: apt-get install postgresql)"
    async with own_cluster(programs) as own:
        yield await create_database(own.address), own
