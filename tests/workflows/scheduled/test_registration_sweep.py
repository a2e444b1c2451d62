"""A sweep: whom it tells, whom it doesn't tell twice, and what ends it."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.registration.sweep import Reported, ReportRead
from domain.identifiers import registration_task_queue
from temporal.connect import DATA_CONVERTER
from tests.support import temporal_server
from tests.support.enrolments import STRICT
from tests.support.schedules import scheduled
from workflows.scheduled.registration_sweep import RegistrationSweepWorkflow, SweepReport
from workflows.texts import SAID, Said

ADA, BOB, EVE = (Reported(object_id=f"{name}-id", mark="phone") for name in ("ada", "bob", "eve"))


@dataclass
class Report:
    """A registration report of as many pages as a test says; each page's link is its number."""

    wanted: bool = True
    pages: list[list[Reported]] = field(default_factory=list)
    obstacle: str | None = None
    leads_back_to: int | None = None
    read: list[str | None] = field(default_factory=list)
    told: list[Reported] = field(default_factory=list)

    @activity.defn
    async def sweep_wanted(self) -> bool:
        """Say so."""
        return self.wanted

    @activity.defn
    async def read_report_page(self, link: str | None) -> ReportRead:
        """Return a page."""
        self.read.append(link)
        number = int(link or 0)
        if self.obstacle and number:
            return ReportRead(obstacle=self.obstacle)
        more = number + 1 < len(self.pages)
        after = number + 1 if more else self.leads_back_to
        return ReportRead(
            reported=tuple(self.pages[number]), next_link=None if after is None else str(after)
        )

    @activity.defn
    async def tell_registrations_changed(self, reported: Sequence[Reported]) -> int:
        """Tell them."""
        self.told += [Reported(**one) if isinstance(one, dict) else one for one in reported]
        return len(reported)


@asynccontextmanager
async def working(client: Client, report: Report, queue: str) -> AsyncIterator[None]:
    """Work for sweeps on both queues."""
    async with (
        Worker(
            client,
            task_queue=queue,
            workflows=[RegistrationSweepWorkflow],
            activities=[report.sweep_wanted, report.tell_registrations_changed],
            workflow_runner=STRICT,
        ),
        Worker(
            client,
            task_queue=registration_task_queue(queue),
            activities=[report.read_report_page],
        ),
    ):
        yield


async def swept(client: Client, report: Report, queue: str) -> SweepReport:
    """Sweep once."""
    async with working(client, report, queue):
        return await client.execute_workflow(
            RegistrationSweepWorkflow.run, id=queue, task_queue=queue
        )


async def test_everybody_in_the_report_is_told(
    client: Client, unique: Callable[[str], str]
) -> None:
    """Page after page, over pages on which nobody is enrolled."""
    report = Report(pages=[[ADA], [], [BOB, EVE]])
    result = await swept(client, report, unique("sweep"))
    assert report.read == [None, "1", "2"]
    assert report.told == [ADA, BOB, EVE]
    assert result.summary == SAID[Said.SWEEP_DONE].format(found=3, signalled=3)


async def test_no_sweep_that_is_not_wanted(client: Client, unique: Callable[[str], str]) -> None:
    """Nothing is read."""
    report = Report(wanted=False)
    result = await swept(client, report, unique("sweep"))
    assert report.read == []
    assert result.summary == SAID[Said.SWEEP_UNWANTED]


async def test_what_cannot_be_read_ends_it_in_words(
    client: Client, unique: Callable[[str], str]
) -> None:
    """Without a licence the sweep completes and says why; the direct looks need no sweep."""
    report = Report(pages=[[ADA], [BOB]], obstacle="No licence.")
    result = await swept(client, report, unique("sweep"))
    assert report.told == [ADA]
    assert result.summary == SAID[Said.SWEEP_OBSTACLE].format(obstacle="No licence.")


async def test_pages_in_a_circle_end_it_in_words(
    client: Client, unique: Callable[[str], str]
) -> None:
    """Of a page that names an earlier one as the next the sweep ends, and who was told stays so."""
    report = Report(pages=[[ADA], [BOB], [EVE]], leads_back_to=1)
    result = await swept(client, report, unique("sweep"))
    assert len(report.read) <= 3 + 3 * 2
    assert report.told[:3] == [ADA, BOB, EVE]
    assert result.summary == SAID[Said.SWEEP_CIRCLE]
    assert result.told == {one.object_id: one.mark for one in (ADA, BOB, EVE)}


async def test_who_was_told_is_told_again_only_of_other_methods(
    client: Client, unique: Callable[[str], str]
) -> None:
    """The next sweep of the schedule knows what this one told, also after one that read nothing."""
    queue = unique("sweep")
    report = Report(pages=[[ADA, BOB]])
    other = Reported(object_id=ADA.object_id, mark="phone,fido2")

    async with (
        working(client, report, queue),
        scheduled(client, RegistrationSweepWorkflow.run, queue) as schedule,
    ):

        async def sweep() -> None:
            await (await schedule.start()).result()
            await schedule.ended()

        await sweep()
        assert report.told == [ADA, BOB]
        report.pages, report.obstacle = [[], []], "No licence."
        await sweep()
        report.pages, report.obstacle = [[other, BOB, EVE]], None
        await sweep()
    assert report.told == [ADA, BOB, other, EVE]


@pytest.fixture(scope="module")
def impatient_server() -> Iterator[str]:
    """Run a server that suggests to continue as new after a few events."""
    setting = "limit.historyCount.suggestContinueAsNew=30"
    process, address = temporal_server.start("--dynamic-config-value", setting)
    try:
        temporal_server.wait_until_ready(process, address)
        yield address
    finally:
        temporal_server.stop(process)


async def test_a_long_report_takes_several_runs(impatient_server: str) -> None:
    """Each run goes on at the page behind the last, and nobody is told twice or left out."""
    client = await Client.connect(impatient_server, data_converter=DATA_CONVERTER)
    people = [Reported(object_id=str(number), mark="m") for number in range(12)]
    report = Report(pages=[[person] for person in people])
    result = await swept(client, report, "sweep")
    described = await client.get_workflow_handle("sweep").describe()
    first_run_id = described.raw_description.workflow_execution_info.first_run_id
    assert first_run_id != described.run_id
    assert report.told == people
    assert report.read == [None, *(str(number) for number in range(1, 12))]
    assert result.summary == SAID[Said.SWEEP_DONE].format(found=12, signalled=12)
    assert result.told == {person.object_id: "m" for person in people}
