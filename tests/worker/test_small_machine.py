"""A worker with little of a core: it is slow, and it gets everybody's work done all the same."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType, TimeoutType
from temporalio.client import Client

from domain.identifiers import ENROLMENT_WORKFLOW
from tests.support.eventually import eventually
from tests.support.product import Product, running_product
from tests.support.slow_core import cpu_seconds, slow_core

PEOPLE = 60
SHARE = 0.1
# On an idle machine it takes a minute; where others have the cores, a tenth of one is less.
WITHIN = 600
DAY = timedelta(minutes=1)


async def rows(product: Product) -> list[dict[str, object]]:
    """Return the tracking list, twice a second: looking, too, costs CPU."""
    await asyncio.sleep(0.5)
    return (await product.control.get("/control/items")).json()["value"]  # type: ignore[no-any-return]


async def thrown_away(client: Client) -> int:
    """Count the workflow tasks of enrolments that weren't done in time, and begun anew."""
    count = 0
    async for enrolment in client.list_workflows(f"WorkflowType = '{ENROLMENT_WORKFLOW}'"):
        async for event in client.get_workflow_handle(enrolment.id).fetch_history_events():
            late = event.workflow_task_timed_out_event_attributes
            # The other kind of time-out is that of a worker that was killed: nobody took the task.
            count += (
                event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT
                and late.timeout_type == TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE
            )
    return count


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="CPU time is read from /proc")
async def test_everybody_who_is_due_is_reminded_on_a_tenth_of_a_core(tmp_path: Path) -> None:
    """A worker that has nobody in memory and a tenth of a core reminds 60 people at once."""
    settings = {"REMINDER_INTERVAL": "1d"}
    async with running_product(tmp_path, day_seconds=DAY.total_seconds(), **settings) as product:
        people = [await product.add_person(f"due-{number}") for number in range(PEOPLE)]
        await product.start_worker()
        await product.import_people(*people, batch_id="due")

        async def all_are_invited() -> bool:
            return sum(row.get("InviteStatus") == "Sent" for row in await rows(product)) == PEOPLE

        await eventually(all_are_invited)
        await product.kill_worker()
        due_at = datetime.now(UTC) + DAY
        await eventually(lambda: datetime.now(UTC) > due_at, seconds=2 * DAY.total_seconds())

        log = product.layout.folder / "worker.log"
        starts = log.read_text().count("ready")
        await product.start_worker(measured=True)
        await eventually(lambda: log.read_text().count("ready") > starts)
        assert product.worker is not None
        reached = [0]

        async def all_are_reminded() -> bool:
            counts = [row.get("ReminderCount") for row in await rows(product)]
            reached[0] = sum(bool(count) for count in counts)
            return reached[0] == PEOPLE

        begun_at, used = datetime.now(UTC), cpu_seconds(product.worker.pid)
        try:
            async with slow_core(product.worker.pid, share=SHARE):
                await eventually(all_are_reminded, seconds=WITHIN)
        finally:
            took = (datetime.now(UTC) - begun_at).total_seconds()
            figures = {
                "reminded": reached[0],
                "seconds": round(took, 1),
                "share of a core": round((cpu_seconds(product.worker.pid) - used) / took, 3),
                "tasks thrown away": await thrown_away(product.temporal),
            }
            print(figures)  # noqa: T201 - what the test is run for
        assert figures["tasks thrown away"] <= PEOPLE / 10
