"""The yardstick of an enrolment: a workflow with as many activities, which do nothing."""

import asyncio
import os
import signal
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from temporal.connect import connect_as_configured

BARE_QUEUE = "mfa-rollout-bench"
READY = "ready"


@activity.defn
async def do_nothing() -> None:
    """Return at once."""


@workflow.defn
class BareWorkflow:
    """Runs so many activities that do nothing, one after the other, and completes."""

    @workflow.run
    async def run(self, activities: int) -> None:
        """Run them."""
        for _ in range(activities):
            await workflow.execute_activity(
                do_nothing, start_to_close_timeout=timedelta(minutes=10)
            )


async def work() -> None:
    """Work for bare workflows, with the SDK's own defaults, until SIGINT or SIGTERM."""
    client = await connect_as_configured(os.environ)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Worker(
        client, task_queue=BARE_QUEUE, workflows=[BareWorkflow], activities=[do_nothing]
    ):
        print(READY, flush=True)  # noqa: T201 - whoever started it waits for this
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(work())
