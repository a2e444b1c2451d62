"""How soon it is noticed that a worker was killed: by the silence of the activities it ran."""

from collections.abc import Callable
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.worker import Worker

from tests.activities.stage import Stage
from tests.worker.test_areas import needs_of
from worker.build import AREAS, INTERCEPTORS, SANDBOX

TWO_MINUTES = timedelta(minutes=2)


@workflow.defn(sandboxed=False)
class StartEverythingWorkflow:
    """Starts activities by name that no worker takes, and doesn't wait for them."""

    @workflow.run
    async def run(self, names: list[str]) -> None:
        """Start each twice: as most are started, and with a timeout that is too long."""
        for name in names:
            for heartbeat_timeout in (None, TWO_MINUTES):
                workflow.start_activity(
                    name,
                    task_queue=f"{workflow.info().task_queue}-without-workers",
                    start_to_close_timeout=TWO_MINUTES,
                    heartbeat_timeout=heartbeat_timeout,
                )
        # A command is sent at the next wait.
        await workflow.sleep(timedelta(milliseconds=1))


async def test_every_activity_is_missed_within_half_a_minute(
    client: Client, stage: Stage, unique: Callable[[str], str]
) -> None:
    """All that is registered has a heartbeat timeout of 30 s, whatever a workflow asks for."""
    needs = needs_of(client, stage)
    registered = {one for area in AREAS for part in area.register(needs) for one in part.activities}
    names = [
        str(activity._Definition.must_from_callable(one).name)  # noqa: SLF001 - no public way
        for one in registered
    ]
    queue = unique("queue")
    async with Worker(
        client,
        task_queue=queue,
        workflows=[StartEverythingWorkflow],
        workflow_runner=SANDBOX,
        interceptors=INTERCEPTORS,
    ):
        handle = await client.start_workflow(
            StartEverythingWorkflow.run, names, id=unique("everything"), task_queue=queue
        )
        await handle.result()
    timeouts: dict[str, list[timedelta]] = {name: [] for name in names}
    async for event in handle.fetch_history_events():
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.activity_task_scheduled_event_attributes
            timeout = scheduled.heartbeat_timeout.ToTimedelta()
            timeouts[scheduled.activity_type.name].append(timeout)
    half_a_minute = timedelta(seconds=30)
    assert timeouts == {name: [half_a_minute, half_a_minute] for name in names}
    assert len(names) > 20
