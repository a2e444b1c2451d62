"""A situation of a workflow around enrolments: its activities are answers under the real names."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.worker import Worker

from domain.identifiers import (
    mail_task_queue,
    registration_task_queue,
)
from tests.support.enrolments import STRICT
from tests.support.eventually import eventually


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSituation:
    """A workflow, the answers that its activities get, and what happens to it.

    ``happens`` is given a client and a task queue, and returns the workflow's id once it is over,
    or as far as it shall be. ``many_runs`` asks for a server that suggests to continue as new after
    a few events.
    """

    workflow: type
    happens: Callable[[Client, str], Awaitable[str]]
    answers: dict[str, Any]
    many_runs: bool = False

    async def happen(self, client: Client, queue: str) -> str:
        """Run a worker with the answers until it has happened."""
        polling = registration_task_queue(queue)
        activities = [self._answer]
        async with (
            Worker(
                client,
                task_queue=queue,
                workflows=[self.workflow],
                activities=activities,
                workflow_runner=STRICT,
            ),
            Worker(client, task_queue=polling, activities=activities),
            Worker(client, task_queue=mail_task_queue(queue, 0), activities=activities),
        ):
            workflow_id = await self.happens(client, queue)
            await eventually(lambda: _is_at_rest(client, workflow_id))
            return workflow_id

    @activity.defn(dynamic=True)
    async def _answer(self, given: Sequence[RawValue]) -> Any:
        """Give the answer that the activity of this type has."""
        answer = self.answers[activity.info().activity_type]
        if isinstance(answer, Exception):
            raise answer
        if not callable(answer):
            return answer
        converter = activity.payload_converter()
        told = answer(*(converter.from_payload(one.payload) for one in given))
        return await told if isawaitable(told) else told


async def _is_at_rest(client: Client, workflow_id: str) -> bool:
    """Say whether the current run has done what it had to do, as far as that goes without news.

    A run that was just continued as new has one event; workers that are stopped then leave it so.
    """
    last = (await client.get_workflow_handle(workflow_id).fetch_history()).events[-1]
    return last.event_type not in {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    }


def running(run: Any, *args: Any) -> Callable[[Client, str], Awaitable[str]]:
    """Return what runs a workflow to its end."""

    async def happens(client: Client, queue: str) -> str:
        workflow_id = f"mfa-{queue}"
        await client.execute_workflow(run, args=list(args), id=workflow_id, task_queue=queue)
        return workflow_id

    return happens
