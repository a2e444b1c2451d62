"""Enrolments that only listen: nobody works for them, and their histories show what they heard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle

from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from temporal.search_attributes import search_attributes

T = TypeVar("T")


class Listener:
    """A running enrolment that does nothing."""

    def __init__(self, client: Client, handle: WorkflowHandle[object, object]) -> None:
        """Take its handle."""
        self._client = client
        self._handle = handle

    async def heard(self, signal: str, kind: type[T]) -> list[T]:
        """Return what it was told by signals of this name, oldest first."""
        found = []
        async for event in self._handle.fetch_history_events():
            told = event.workflow_execution_signaled_event_attributes
            if told.signal_name == signal:
                payloads = list(told.input.payloads)
                found += await self._client.data_converter.decode(payloads, [kind])
        return found


@asynccontextmanager
async def listening(client: Client, enrolment: EnrolmentInput) -> AsyncIterator[Listener]:
    """Start somebody's enrolment on a queue that has no worker, and end it afterwards."""
    handle: WorkflowHandle[object, object] = await client.start_workflow(
        ENROLMENT_WORKFLOW,
        enrolment,
        id=enrolment_workflow_id(enrolment.object_id),
        task_queue=str(uuid4()),
        search_attributes=search_attributes(enrolment, EnrolmentState()),
    )
    try:
        yield Listener(client, handle)
    finally:
        await handle.terminate("a test")
