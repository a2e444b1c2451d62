"""Workflows as their schedule starts them, each when a test says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleHandle,
    WorkflowHandle,
)

from client.schedules import Timetable, ensure_schedules
from tests.support.eventually import eventually


@dataclass
class Scheduled:
    """A schedule whose own time never comes."""

    client: Client
    handle: ScheduleHandle

    async def start(self) -> WorkflowHandle[Any, Any]:
        """Start the workflow once more, and return it."""
        before = (await self.handle.describe()).info.num_actions
        await self.handle.trigger()

        async def started() -> str:
            info = (await self.handle.describe()).info
            if info.num_actions == before:
                return ""
            action = info.recent_actions[-1].action
            assert isinstance(action, ScheduleActionExecutionStartWorkflow)
            return action.workflow_id

        return self.client.get_workflow_handle(await eventually(started))

    async def ended(self) -> None:
        """Wait until the schedule knows that nothing runs any more: then the next may start."""

        async def idle() -> bool:
            return not (await self.handle.describe()).info.running_actions

        await eventually(idle)


@asynccontextmanager
async def scheduled(client: Client, workflow: Any, queue: str) -> AsyncIterator[Scheduled]:
    """Make a schedule as the product makes its own, and delete it afterwards."""
    timetable = Timetable(
        schedule_id=queue, workflow=workflow, every=timedelta(days=365), note="A test"
    )
    await ensure_schedules(client, [timetable], task_queue=queue)
    handle = client.get_schedule_handle(queue)
    try:
        yield Scheduled(client, handle)
    finally:
        await handle.delete()
