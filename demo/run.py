"""The demo from its first process to its last line."""

import asyncio
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from temporalio.service import RPCError

from database.engine import database_at
from demo.commands import parts_of, run_verb
from demo.facts import Facts
from demo.layout import Layout
from demo.past_people import fill
from demo.processes import DemoError, Processes
from demo.stories import Persona, Sight, faults, told, wrong_for_good
from demo.table import demo_date, funnel
from demo.tenant_settings import DemoTenant
from domain.identifiers import enrolment_workflow_id
from temporal.connect import connect

SETTLED_WITHIN = 75
LOOK_EVERY = 0.5


async def run_demo(
    tenant: DemoTenant,
    *,
    day_seconds: float,
    until_settled: bool,
    traits: Sequence[str] = (),
    data: Path | None = None,
    database_url: str = "",
    past_people: int = 0,
) -> None:
    """Run the demo until Ctrl-C, or until every story has ended.

    The simulated tenant gets the ``traits``, each as ``NAME[=VALUE]``. Our own tables are kept in
    ``database_url`` or the folder ``data`` where one is named, else they go with everything else.
    Every process that is started is ended with the demo, whatever happens. ``past_people`` are in
    the tables from the beginning, with an enrolment that has ended.

    Raises:
        DemoError: a part didn't come up or ended, or a story ended wrongly or not in time.
    """
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="mfa-rollout-demo-") as name:
        layout = Layout.fresh(
            Path(name), day_seconds, tuple(traits), data=data, database_url=database_url
        )
        async with Processes(layout.folder) as processes:
            showing = asyncio.create_task(
                _show(
                    console,
                    layout,
                    processes,
                    tenant,
                    until_settled=until_settled,
                    past_people=past_people,
                )
            )
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, showing.cancel)
            try:
                await showing
            except asyncio.CancelledError:
                console.print("\nStopping everything.")


async def _show(
    console: Console,
    layout: Layout,
    processes: Processes,
    tenant: DemoTenant,
    *,
    until_settled: bool,
    past_people: int,
) -> None:
    async with httpx.AsyncClient(base_url=layout.tenant, trust_env=False) as http:
        with console.status("Starting Temporal, the tenant, a worker and the API"):
            outside, ours = parts_of(layout, tenant, http)
            await asyncio.gather(processes.start(*outside), run_verb(layout, tenant, "migrate"))
            if past_people:
                database = database_at(layout.database_url or None, layout.data_dir)
                await fill(database, past_people)
                await database.close()
            await processes.start(*ours)
        facts = Facts(http, await connect(layout.temporal))
        rollout = _Rollout(
            console=console,
            processes=processes,
            facts=facts,
            personas=await facts.personas(),
            start=datetime.now(UTC),
            day=timedelta(seconds=layout.day_seconds),
        )
        await _import(console, layout, tenant)
        _print_urls(console, layout, rollout.personas)
        await rollout.report(await rollout.watch(until_settled=until_settled))


async def _import(console: Console, layout: Layout, tenant: DemoTenant) -> None:
    """Import the sample as an admin would: with the command line."""
    sample = layout.folder / "people.csv"
    sample.write_text(tenant.sample_csv, newline="")
    console.print("[bold]$ mfa-rollout import people.csv[/]")
    output = await run_verb(layout, tenant, "import", str(sample), "--batch-id=demo")
    console.print(escape(output.rstrip()), soft_wrap=True)


def _print_urls(console: Console, layout: Layout, personas: list[Persona]) -> None:
    shown = next(persona for persona in personas if persona.kind == "is-escalated")
    workflows = f"{layout.ui}/namespaces/default/workflows"
    places = {
        "Mails, with links that work": f"{layout.tenant}/outbox",
        "Tracking list": f"{layout.tenant}/list",
        "Temporal UI": workflows,
        f"History of {shown.name}": f"{workflows}/{enrolment_workflow_id(shown.object_id or '')}",
    }
    console.print()
    for what, url in places.items():
        console.print(f"{escape(what):<34}{url}", soft_wrap=True)


@dataclass(frozen=True, kw_only=True)
class _Rollout:
    """What is looked at while the days pass."""

    console: Console
    processes: Processes
    facts: Facts
    personas: list[Persona]
    start: datetime
    day: timedelta

    async def watch(self, *, until_settled: bool) -> dict[str, Sight]:
        """Show the funnel, for ever or until nothing more can come; return the last look."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + SETTLED_WITHIN
        with Live(console=self.console, auto_refresh=False) as live:
            while True:
                self.processes.check()
                try:
                    sights = await self.facts.sights()
                except (httpx.TransportError, RPCError):
                    # A part that is going down refuses before its end is seen.
                    await asyncio.sleep(LOOK_EVERY)
                    continue
                now = datetime.now(UTC)
                today = demo_date(self.start, now, self.day)
                days = (now - self.start) / self.day
                live.update(funnel(sights, now=today, elapsed_days=days), refresh=True)
                open_stories = [p for p in self.personas if faults(p, sights[p.address])]
                hopeless = any(wrong_for_good(p, sights[p.address]) for p in open_stories)
                if until_settled and (not open_stories or hopeless or clock() > deadline):
                    return sights
                await asyncio.sleep(LOOK_EVERY)

    async def report(self, sights: dict[str, Sight]) -> None:
        """Print a line for each persona.

        Raises:
            DemoError: naming everybody whose story has not ended as it should.
        """
        unhappy = []
        self.console.print()
        for persona in self.personas:
            sight = sights[persona.address]
            wrong = faults(persona, sight)
            steps = told(await self.facts.steps(persona, sight), start=self.start, day=self.day)
            ending = f"{sight.row.get('InviteStatus', 'not on the list')}, {sight.workflow}"
            mark = "[red]wrong[/]" if wrong else "[green]right[/]"
            self.console.print(
                f"{mark}  [bold]{escape(persona.name)}[/] ({persona.kind}): {escape(steps)}. "
                f"End: {ending}.",
                soft_wrap=True,
            )
            if wrong:
                unhappy.append(f"{persona.name} ({persona.kind}): {'; '.join(wrong)}")
        if unhappy:
            raise DemoError("These stories have not ended as they should:\n" + "\n".join(unhappy))
        self.console.print(f"\nAll {len(self.personas)} stories have ended as they should.")
