"""The demo from its first process to its last line."""

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

import httpx
from rich.console import Console
from rich.markup import escape

from database.engine import database_at
from demo.commands import parts_of, run_verb
from demo.days_end import write_days_end
from demo.env_file import settings_file
from demo.layout import DEADLINE_DAY, Layout
from demo.past.in_tenant import PastInTenant
from demo.past.people import DAYS, fill
from demo.places import has_display, open_in_browser, print_places
from demo.processes import DemoError, Processes
from demo.rollout.facts import Facts
from demo.rollout.watch import LOOK_EVERY, SETTLED_WITHIN_DAYS, Watch
from demo.temporal_namespace import keep_histories
from demo.tenant_settings import DemoTenant
from demo.waits import Waits
from domain.demo_calendar import DemoCalendar
from temporal.connect import connect

# A machine on which the slowest part needs 7 seconds to start keeps up with days of 2 seconds.
START_PER_DAY = 3.5
LONGEST_DAY_SECONDS = 12
# The days begin when worker and API are probably up, as soon as what has started before them: but
# nobody waits longer than this for a day to begin.
LONGEST_LEAD_SECONDS = 10
# Shown on every page of the portal, with who stopped all mail.
_DAYS_HAVE_ENDED = "the demo's days have ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """What a demo is asked to be.

    Attributes:
        env_file: where verbs look for the settings of a demo.
        verbs_find_it: whether those of this folder look there, since nothing else is set.
        day_seconds: how long a day lasts.
        until_settled: end by itself when every story has ended.
        opens_portal: open the portal in the browser, where there is a display.
        traits: what the simulated tenant does as Microsoft does, each ``NAME[=VALUE]``.
        data: the folder in which our own tables stay, else they go with everything else.
        database_url: an empty database for our own tables, in place of a file.
        past_people: so many are in the tables from the beginning, with an enrolment that has ended.
    """

    env_file: Path
    verbs_find_it: bool = True
    day_seconds: float = 2.0
    until_settled: bool = False
    opens_portal: bool = True
    traits: Sequence[str] = ()
    data: Path | None = None
    database_url: str = ""
    past_people: int = 0


async def run_demo(tenant: DemoTenant, options: DemoOptions) -> None:
    """Run the demo until Ctrl-C, or until every story has ended.

    Every process that is started is ended with the demo, whatever happens.

    Raises:
        DemoError: a part didn't come up or ended, or a story ended wrongly or not in time.
    """
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="mfa-rollout-demo-") as name:
        layout = Layout.fresh(
            Path(name),
            options.day_seconds,
            tuple(options.traits),
            data=options.data,
            database_url=options.database_url,
            usual_ports=True,
        )
        waits = Waits()
        async with Processes(layout.folder, waits) as processes:
            demo = _Demo(console, layout, processes, tenant, options, waits)
            showing = asyncio.create_task(demo.show())
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, showing.cancel)
            try:
                await showing
            except asyncio.CancelledError:
                console.print("\nStopping everything.")


@dataclass(slots=True)
class _Demo:
    """One demo, from the first process to the last line."""

    console: Console
    layout: Layout
    processes: Processes
    tenant: DemoTenant
    options: DemoOptions
    waits: Waits

    async def show(self) -> None:
        """Start everything, import the sample, and show what comes of it."""
        layout, options = self.layout, self.options
        async with httpx.AsyncClient(base_url=layout.tenant, trust_env=False) as http:
            calendar = await self._start(http)
            facts = Facts(http, await connect(layout.temporal))
            watch = Watch(
                console=self.console,
                check=self.processes.check,
                facts=facts,
                personas=await facts.personas(),
                start=calendar.zero,
                day=calendar.day,
            )
            await self._import()
            with self._settings_file() as is_ours:
                is_found = is_ours and options.verbs_find_it
                prefix = "" if is_found else f"MFA_ROLLOUT_ENV_FILE={options.env_file} "
                print_places(self.console, self.layout, watch.personas, prefix=prefix)
                if options.opens_portal and not options.until_settled and has_display():
                    await open_in_browser(layout.portal)
                await self._watch(watch)

    async def _start(self, http: httpx.AsyncClient) -> DemoCalendar:
        layout, options = self.layout, self.options
        with self.console.status("Starting Temporal, the tenant, a worker and the API") as status:

            async def tell() -> None:
                while True:
                    await asyncio.sleep(LOOK_EVERY)
                    status.update(self.waits.told())

            telling = asyncio.create_task(tell())
            try:
                outside, _ = parts_of(layout, self.tenant, http)
                await asyncio.gather(self.processes.start(*outside), self._make_tables())
                await keep_histories(await connect(layout.temporal))
                calendar = await self._begin_days(http)
                if options.past_people:
                    with self.waits.of(f"{options.past_people:,} past people", tells_speed=False):
                        await self._add_past(http, calendar)
                begins = calendar.zero + self._past(calendar.day)
                today = calendar.number(max(begins, datetime.now(UTC)))
                self.layout = replace(self.layout, deadline_day=today + DEADLINE_DAY)
                _, ours = parts_of(self.layout, self.tenant, http)
                await self.processes.start(*ours)
                await asyncio.sleep(max(0.0, (begins - datetime.now(UTC)).total_seconds()))
            finally:
                telling.cancel()
        day = self.layout.day_seconds
        longer = [f"A day lasts {day:.0f} s here."] if day > options.day_seconds else []
        slow = self.waits.slow()
        if told := " ".join([*([slow] if slow else []), *longer]):
            self.console.print(f"[yellow]{escape(told)}[/]", soft_wrap=True)
        return calendar

    async def _begin_days(self, http: httpx.AsyncClient) -> DemoCalendar:
        """Let the days of the demo's calendar begin, as many ago as its past has.

        The first of those to come begins when the rest is about to be up.
        """
        day = fitting_day(timedelta(seconds=self.layout.day_seconds), self.waits.longest)
        lead = timedelta(seconds=min(self.waits.longest, LONGEST_LEAD_SECONDS))
        calendar = DemoCalendar(whole_second(datetime.now(UTC) + lead) - self._past(day), day)
        told = {"dayZero": calendar.zero.isoformat(), "daySeconds": day.total_seconds()}
        (await http.put("/control/calendar", json=told)).raise_for_status()
        self.layout = replace(
            self.layout,
            day_zero=calendar.zero,
            day_seconds=day.total_seconds(),
        )
        return calendar

    def _past(self, day: timedelta) -> timedelta:
        return DAYS * day if self.options.past_people else timedelta()

    async def _add_past(self, http: httpx.AsyncClient, calendar: DemoCalendar) -> None:
        """Put people of the past into our tables and into the tenant."""
        database = database_at(self.layout.database_url or None, self.layout.data_dir)
        try:
            in_tenant = PastInTenant(http, self.tenant)
            await fill(database, self.options.past_people, calendar=calendar, list_=in_tenant.add)
        finally:
            await database.close()

    async def _make_tables(self) -> None:
        with self.waits.of("our own tables"):
            await run_verb(self.layout, self.tenant, "migrate")

    async def _import(self) -> None:
        """Import the sample as an admin would: with the command line."""
        sample = self.layout.folder / "people.csv"
        sample.write_text(self.tenant.sample_csv, newline="")
        self.console.print("[bold]$ mfa-rollout import people.csv[/]")
        output = await run_verb(self.layout, self.tenant, "import", str(sample), "--batch-id=demo")
        self.console.print(escape(output.rstrip()), soft_wrap=True)

    @contextlib.contextmanager
    def _settings_file(self) -> Iterator[bool]:
        """Keep the file by which verbs find the demo; yield whether it is ours."""
        path = self.options.env_file
        with settings_file(path, self.layout.verb_settings(self.tenant)) as is_ours:
            if not is_ours:
                self.console.print(
                    f"Another demo runs in this folder: verbs find that one ({path}). Start one of"
                    " them in a folder of its own to try verbs with it.",
                    soft_wrap=True,
                )
            yield is_ours

    async def _watch(self, watch: Watch) -> None:
        if self.options.until_settled:
            unhappy = await watch.report(await watch.until_settled(SETTLED_WITHIN_DAYS))
            if unhappy:
                raise DemoError(_wrong(unhappy))
            return
        unhappy = await watch.report(await watch.until_settled())
        last = await self._end_days(watch.facts)
        if unhappy:
            self.console.print(f"[red]{escape(_wrong(unhappy))}[/]")
        self.console.print(
            f"The days ended on day {last}: nobody acts by themselves any more, and no mail"
            " leaves by itself. Everything stays up, for you to look around and to try. Mails leave"
            ' again after `mfa-rollout mail start --reason "to try it"`, and count for that day.'
            " Ctrl-C ends everything.",
            soft_wrap=True,
        )
        while True:
            self.processes.check()
            await asyncio.sleep(LOOK_EVERY)

    async def _end_days(self, facts: Facts) -> int | None:
        """Stop people, mails and calendars, and return the last day.

        Durations of the enrolments go on by the clock; without mail nothing comes of them.
        """
        await facts.stop_personas()
        await run_verb(self.layout, self.tenant, "mail", "stop", f"--reason={_DAYS_HAVE_ENDED}")
        # Only now: no mail leaves after the last day.
        ended_at = datetime.now(UTC)
        await facts.stop_calendar(ended_at)
        write_days_end(self.layout.days_end_path, ended_at)
        return self.layout.calendar.number(ended_at) if self.layout.calendar else None


def whole_second(at: datetime) -> datetime:
    """Return when the second of an instant began.

    The list keeps whole seconds. Where a day begins within a second, the list would have another
    day than the story.
    """
    return at.replace(microsecond=0)


def fitting_day(day: timedelta, start_seconds: float) -> timedelta:
    """Return how long a day lasts on a machine that needs so long to start: else stories go wrong.

    People act by the clock. Where the product is many of their days late, a reminder overtakes the
    answer to the invitation.
    """
    longer = min(ceil(start_seconds / START_PER_DAY), LONGEST_DAY_SECONDS)
    return max(day, timedelta(seconds=longer))


def _wrong(unhappy: Sequence[str]) -> str:
    return "These stories have not ended as they should:\n" + "\n".join(unhappy)
