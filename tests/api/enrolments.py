"""Enrolments in any state, on a server without a worker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from temporalio.api.command.v1 import (
    CancelWorkflowExecutionCommandAttributes,
    Command,
    CompleteWorkflowExecutionCommandAttributes,
    FailWorkflowExecutionCommandAttributes,
    UpsertWorkflowSearchAttributesCommandAttributes,
)
from temporalio.api.common.v1 import SearchAttributes
from temporalio.api.enums.v1 import CommandType, EventType
from temporalio.api.failure.v1 import Failure
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollWorkflowTaskQueueRequest,
    RespondWorkflowTaskCompletedRequest,
)
from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.converter import encode_search_attribute_values

from domain.enrolment.state import EnrolmentInput
from domain.identifiers import INVITE_STATUS, enrolment_workflow_id
from domain.status import InviteStatus, Source
from domain.tracking_token import tracking_token
from tests.api.running import KEY
from workflows.enrolment.workflow import EnrolmentWorkflow

_INVITE_STATUS = SearchAttributeKey.for_keyword(INVITE_STATUS)

COMPLETE = Command(
    command_type=CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
    complete_workflow_execution_command_attributes=CompleteWorkflowExecutionCommandAttributes(),
)
FAIL = Command(
    command_type=CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION,
    fail_workflow_execution_command_attributes=FailWorkflowExecutionCommandAttributes(
        failure=Failure(message="never known")
    ),
)
CANCEL = Command(
    command_type=CommandType.COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION,
    cancel_workflow_execution_command_attributes=CancelWorkflowExecutionCommandAttributes(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A signal as it stands in a history."""

    name: str
    event_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One user's enrolment, its token, and its task queue, on which the test is the worker."""

    client: Client
    handle: WorkflowHandle[Any, Any]
    token: str
    task_queue: str

    async def answer_workflow_task(self, *commands: Command) -> None:
        """Do what a worker does: look at the news, and answer with commands."""
        service = self.client.workflow_service
        task = await service.poll_workflow_task_queue(
            PollWorkflowTaskQueueRequest(
                namespace=self.client.namespace,
                task_queue=TaskQueue(name=self.task_queue),
                identity="test",
            )
        )
        await service.respond_workflow_task_completed(
            RespondWorkflowTaskCompletedRequest(
                namespace=self.client.namespace,
                task_token=task.task_token,
                commands=commands,
                identity="test",
            )
        )

    async def signals(self) -> list[Signal]:
        """Return the signals that have arrived, in order."""
        return [
            await self._signal(event.workflow_execution_signaled_event_attributes)
            async for event in self.handle.fetch_history_events()
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
        ]

    async def next_signals(self, count: int) -> list[Signal]:
        """Wait for so many signals, and return them in order."""
        found: list[Signal] = []
        async for event in self.handle.fetch_history_events(wait_new_event=True):
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                attributes = event.workflow_execution_signaled_event_attributes
                found.append(await self._signal(attributes))
                if len(found) == count:
                    break
        return found

    async def _signal(self, attributes: Any) -> Signal:
        (payload,) = await self.client.data_converter.decode(attributes.input.payloads)
        return Signal(
            name=attributes.signal_name,
            event_id=payload["event_id"],
            at=datetime.fromisoformat(payload["at"]),
        )


async def start_enrolment(
    client: Client, status: InviteStatus | None = InviteStatus.SENT, *, key: bytes = KEY
) -> Enrolment:
    """Start the real workflow for a new user, with the status it would have published itself."""
    object_id = str(uuid4())
    task_queue = f"api-{object_id}"
    published = [SearchAttributePair(_INVITE_STATUS, status)] if status else []
    handle = await client.start_workflow(
        EnrolmentWorkflow.run,
        EnrolmentInput(
            object_id=object_id,
            user_principal_name="somebody@contoso.example",
            source=Source.CSV_UPLOAD,
            batch_id="test",
            correlation_id=str(uuid4()),
        ),
        id=enrolment_workflow_id(object_id),
        task_queue=task_queue,
        search_attributes=TypedSearchAttributes(published),
    )
    return Enrolment(
        client=client,
        handle=handle,
        token=tracking_token(object_id, key),
        task_queue=task_queue,
    )


def publish(status: InviteStatus) -> Command:
    """Return the command by which a worker publishes a status."""
    return Command(
        command_type=CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
        upsert_workflow_search_attributes_command_attributes=(
            UpsertWorkflowSearchAttributesCommandAttributes(
                search_attributes=SearchAttributes(
                    indexed_fields={INVITE_STATUS: encode_search_attribute_values([status.value])}
                )
            )
        ),
    )
