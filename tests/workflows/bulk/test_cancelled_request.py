"""A request about many people whose workflow is cancelled, as the Temporal UI does it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from domain.bulk.records import BulkInput, RequestAction
from domain.tables.rollout import RequestState
from tests.support.enrolments import STRICT
from tests.support.eventually import eventually
from workflows.bulk.bulk_request import BulkRequestWorkflow


async def begin(client: Client, queue: str) -> WorkflowHandle[Any, dict[str, int]]:
    """Ask for people to be paused."""
    asked = BulkInput(request_id="one", action=RequestAction.PAUSE, actor="grace", reason="over")
    return await client.start_workflow(BulkRequestWorkflow.run, asked, id=queue, task_queue=queue)


async def test_whoever_is_being_asked_is_waited_for(
    client: Client, unique: Callable[[str], str]
) -> None:
    """How it ended is recorded when nobody is asked any more: so no outcome is told wrongly."""
    asked = asyncio.Event()

    @activity.defn
    async def ask_people(input: BulkInput) -> None:
        asked.set()
        while True:
            activity.heartbeat()
            await asyncio.sleep(0.05)

    @activity.defn
    async def finish_request(request_id: str, state: RequestState) -> dict[str, int]:
        return {state.value: 1}

    queue = unique("bulk")
    async with Worker(
        client,
        task_queue=queue,
        workflows=[BulkRequestWorkflow],
        activities=[ask_people, finish_request],
        workflow_runner=STRICT,
        # A heartbeat brings the cancellation; none is kept back for seconds.
        max_heartbeat_throttle_interval=timedelta(milliseconds=50),
    ):
        handle = await begin(client, queue)
        await asked.wait()
        await handle.cancel()
        assert await handle.result() == {RequestState.STOPPED.value: 1}
    kinds = [event.event_type async for event in handle.fetch_history_events()]
    ended = kinds.index(EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED)
    assert kinds.count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED) == 2
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED in kinds[ended:]


async def test_one_that_is_cancelled_while_its_end_is_recorded_ends_as_it_was(
    client: Client, unique: Callable[[str], str]
) -> None:
    """What was done has been done: the end is recorded once, and told."""
    recording, told = asyncio.Event(), asyncio.Event()

    @activity.defn
    async def ask_people(input: BulkInput) -> None:
        pass

    @activity.defn
    async def try_again(request_id: str) -> int:
        return 0

    @activity.defn
    async def finish_request(request_id: str, state: RequestState) -> dict[str, int]:
        recording.set()
        await told.wait()
        return {state.value: 1}

    queue = unique("bulk")
    async with Worker(
        client,
        task_queue=queue,
        workflows=[BulkRequestWorkflow],
        activities=[ask_people, try_again, finish_request],
        workflow_runner=STRICT,
    ):
        handle = await begin(client, queue)
        await recording.wait()
        await handle.cancel()

        async def heard() -> bool:
            kinds = [event.event_type async for event in handle.fetch_history_events()]
            asked = kinds.index(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED)
            return EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED in kinds[asked:]

        await eventually(heard)
        told.set()
        assert await handle.result() == {RequestState.DONE.value: 1}
