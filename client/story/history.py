"""One person's story, told from the history of their enrolment."""

from collections.abc import AsyncIterator, Sequence

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.converter import DataConverter

from client.enrolments import EnrolmentHandle
from client.story.steps import Line, Story


async def read_history(client: Client, handle: EnrolmentHandle) -> AsyncIterator[Line]:
    """Tell the story of the newest enrolment, oldest step first, over all of its runs.

    Needs no worker.

    Raises:
        RPCError: the enrolment is past Temporal's retention; the tracking list still has its row.
    """
    run_id: str | None = (await handle.describe()).run_id
    runs: list[list[HistoryEvent]] = []
    while run_id:
        run = client.get_workflow_handle(handle.id, run_id=run_id)
        events = [event async for event in run.fetch_history_events()]
        runs.insert(0, events)
        started = events[0].workflow_execution_started_event_attributes
        run_id = started.continued_execution_run_id
    for events in runs:
        async for line in lines_of(events, client.data_converter):
            yield line


async def lines_of(events: Sequence[HistoryEvent], converter: DataConverter) -> AsyncIterator[Line]:
    """Tell the events of one run."""
    story = Story(converter)
    for event in events:
        if line := await story.line(event):
            yield line
