"""One person's story, told from the history of their enrolment."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.converter import DataConverter

from client.enrolments import EnrolmentHandle
from domain.enrolment.messages import AdminRequest
from domain.markdown import unescaped

SIGNALS = {
    "link_clicked": "Clicked the button behind the link",
    "email_opened": "Opened a mail",
    "resend_requested": "Asked for a new link on the form",
    "registration_changed": "The registration report showed a change",
    "mail_bounced": "A mail came back",
}
ASKED = {
    "pause": "Paused",
    "resume": "Resumed",
    "cancel": "Cancelled",
    "resend": "A new link was asked for",
}
ENDS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: "Completed",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: "Cancelled",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: "Terminated",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: "Timed out",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the story; ``at`` is aware UTC."""

    at: datetime
    text: str


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
        for line in await _lines(events, client.data_converter):
            yield line


async def _lines(events: list[HistoryEvent], converter: DataConverter) -> list[Line]:
    """Tell one run's events."""
    summaries: dict[int, str] = {}
    lines = []
    for event in events:
        text: str | None = None
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                summary = unescaped(await _text(event.user_metadata.summary, converter))
                text = f"Enrolment of {summary or 'a person'} started"
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                summaries[event.event_id] = await _text(event.user_metadata.summary, converter)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                completed = event.activity_task_completed_event_attributes
                text = _done(summaries.get(completed.scheduled_event_id, ""))
            case EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
                failed = event.activity_task_failed_event_attributes
                step = summaries.get(failed.scheduled_event_id, "A step")
                text = f"{step}: failed. {_reason(failed.failure)}"
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                name = event.workflow_execution_signaled_event_attributes.signal_name
                text = SIGNALS.get(name, name)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                asked = event.workflow_execution_update_accepted_event_attributes.accepted_request
                text = await _request(asked.input.name, asked.input.args, converter)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
                failure = event.workflow_execution_failed_event_attributes.failure
                text = f"Failed: {failure.message}"
            case _:
                text = ENDS.get(event.event_type)
        if text:
            at = event.event_time.ToDatetime().replace(tzinfo=UTC)
            lines.append(Line(at, text))
    return lines


# How a step is told once it is done, by the first word of its summary. The list's mirror and the
# drafts are left out: they follow the other steps.
DONE = {
    "Look": "Looked",
    "Send": "Sent",
    "Discard": "Discarded",
    "Add": "Added",
    "Ask": "Asked",
    "Start": "Started",
}
SEEN = {"Wait until an MFA method is registered": "Saw an MFA method, or the account gone"}


def _done(summary: str) -> str | None:
    first, _, rest = summary.partition(" ")
    if first in DONE:
        return f"{DONE[first]} {rest}"
    return SEEN.get(summary)


def _reason(failure: object) -> str:
    cause = getattr(failure, "cause", None)
    return str(getattr(cause, "message", "") or getattr(failure, "message", ""))


async def _text(payload: Payload, converter: DataConverter) -> str:
    if not payload.data:
        return ""
    return str((await converter.decode([payload], [str]))[0])


async def _request(name: str, args: Payloads, converter: DataConverter) -> str:
    request = (await converter.decode(list(args.payloads), [AdminRequest]))[0]
    return f"{ASKED.get(name, name)} by {request.actor}: {request.reason}"
