"""Looks at the rollout while the demo's days pass, until every story has ended."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.text import Text
from temporalio.exceptions import TemporalError
from temporalio.service import RPCError

from demo.rollout.facts import Facts
from demo.rollout.stories import Persona, Sight, faults, told, wrong_for_good
from demo.rollout.table import day_number, funnel

# Stories take 20 days. What has neither ended nor gone wrong by then won't.
SETTLED_WITHIN_DAYS = 100
LOOK_EVERY = 0.5
LAG_EVERY = 5


@dataclass(kw_only=True)
class Watch:
    """What is looked at while the days pass.

    Attributes:
        console: where it is shown.
        check: raises ``DemoError`` when a process has ended.
        facts: reads the tenant, and Temporal.
        personas: everybody who acts.
        start: when day 0 began.
        day: how long a day lasts.
        lag: how long a workflow task has to wait for the worker just now.
        longest_lag: how long one had to wait at most.
    """

    console: Console
    check: Callable[[], None]
    facts: Facts
    personas: list[Persona]
    start: datetime
    day: timedelta
    lag: timedelta = timedelta()
    longest_lag: timedelta = timedelta()

    async def until_settled(self, within_days: int | None = None) -> dict[str, Sight]:
        """Show the funnel until no story can change any more; return the last look.

        With ``within_days`` the first story that is wrong for good is the end, too.

        Raises:
            DemoError: a process has ended.
        """
        measuring = asyncio.create_task(self._measure_lag())
        try:
            return await self._watch(within_days)
        finally:
            measuring.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await measuring

    async def _watch(self, within_days: int | None) -> dict[str, Sight]:
        deadline = None if within_days is None else datetime.now(UTC) + within_days * self.day
        with Live(console=self.console, auto_refresh=False) as live:
            while True:
                self.check()
                try:
                    sights = await self.facts.sights()
                except (httpx.TransportError, RPCError):
                    # A part that is going down refuses before its end is seen.
                    await asyncio.sleep(LOOK_EVERY)
                    continue
                live.update(self._picture(sights), refresh=True)
                going_on = [p for p in self.personas if faults(p, sights[p.address])]
                wrong = [p for p in going_on if wrong_for_good(p, sights[p.address])]
                if deadline is not None and (wrong or datetime.now(UTC) > deadline):
                    return sights
                if len(wrong) == len(going_on):
                    return sights
                await asyncio.sleep(LOOK_EVERY)

    def _picture(self, sights: dict[str, Sight]) -> Group:
        day = day_number(datetime.now(UTC), start=self.start, day=self.day)
        behind = behind_line(self.lag, self.day)
        lines = [Text(behind, style="yellow")] if behind else []
        return Group(funnel(sights, day=day), *lines)

    async def _measure_lag(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            with contextlib.suppress(TemporalError):
                await self.facts.ask_a_workflow()
                self.lag = timedelta(seconds=clock() - began)
                self.longest_lag = max(self.lag, self.longest_lag)
            await asyncio.sleep(LAG_EVERY)

    async def report(self, sights: dict[str, Sight]) -> list[str]:
        """Print a line for each persona; return one for each whose story is not as it should be."""
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
        behind = behind_line(self.longest_lag, self.day)
        if unhappy and behind:
            unhappy.append(behind)
        if not unhappy:
            self.console.print(f"\nAll {len(self.personas)} stories have ended as they should.")
        return unhappy


def behind_line(lag: timedelta, day: timedelta) -> str | None:
    """Return a sentence if the worker is so late that it shows in the stories, else None."""
    if lag < day / 2:
        return None
    return (
        f"This machine is behind: the worker answers after {lag.total_seconds():.1f} s, which is"
        f" {lag / day:.1f} days here. Longer days help: --day {4 * day.total_seconds():.0f}."
    )
