"""Enrolments as the command line and the API see them: start, find, tell and count them."""

from collections.abc import Mapping
from datetime import timedelta

from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHandle,
)

from activities.enrolment.start import start_enrolment
from domain.enrolment.messages import EmailOpened, LinkClicked
from domain.enrolment.state import EnrolmentInput, EnrolmentResult, EnrolmentState
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id, object_id_of
from domain.status import InviteStatus
from domain.tables.people import OtherEnd
from domain.tracking_list.row import display_name_in, status_in
from temporal.encryption.environment import names_of
from temporal.search_attributes import (
    DEPARTMENT,
    INVITE_STATUS,
    SOURCE_BATCH_ID,
)
from temporal.stuck_workflows import STUCK, reports_problems
from temporal.visibility import equals
from workflows.enrolment.workflow import EnrolmentWorkflow

EnrolmentHandle = WorkflowHandle[EnrolmentWorkflow, EnrolmentResult]


def enrolment_handle(client: Client, object_id: str) -> EnrolmentHandle:
    """Return the handle of the newest enrolment of an ObjectId; nothing is asked yet.

    Raises:
        ValueError: it is no ObjectId.
    """
    return client.get_workflow_handle_for(EnrolmentWorkflow.run, enrolment_workflow_id(object_id))


async def find_enrolment(client: Client, name: str) -> EnrolmentHandle | None:
    """Return the newest enrolment of a UPN (in any case) or an ObjectId, None when there is none.

    Reads visibility, which lags by about a second: for admins, not for link hits.
    """
    try:
        return enrolment_handle(client, name)
    except ValueError:
        pass
    query = f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND {names_of(client).condition(name)}"
    async for found in client.list_workflows(query, limit=1):
        return client.get_workflow_handle_for(EnrolmentWorkflow.run, found.id)
    return None


async def start_from_row(
    client: Client,
    enrolment: EnrolmentInput,
    fields: Mapping[str, object],
    event: LinkClicked,
    *,
    task_queue: str,
    rpc_timeout: timedelta | None = None,
) -> None:
    """Start an enrolment from the person's row and tell it of the click, in one call.

    Needs no worker. Idempotent: an enrolment that is running is told, and drops an event that it
    knows.

    Raises:
        WorkflowAlreadyStartedError: the person's enrolment has ended in the meantime.
        RPCError: Temporal can't be reached.
    """
    await start_enrolment(
        client,
        enrolment,
        state=EnrolmentState(status=status_in(fields)),
        display_name=display_name_in(fields),
        task_queue=task_queue,
        click=event,
        rpc_timeout=rpc_timeout,
    )


async def describe_enrolment(
    client: Client, object_id: str, *, rpc_timeout: timedelta | None = None
) -> WorkflowExecutionDescription:
    """Return how the newest enrolment of an ObjectId stands; strongly consistent, needs no worker.

    Raises:
        RPCError: there is none, or Temporal can't be reached.
    """
    return await enrolment_handle(client, object_id).describe(rpc_timeout=rpc_timeout)


async def tell_enrolment(
    client: Client,
    object_id: str,
    event: LinkClicked | EmailOpened,
    *,
    rpc_timeout: timedelta | None = None,
) -> None:
    """Tell an enrolment of a click or an opened mail; needs no worker. It drops repeated events.

    Raises:
        RPCError: it has ended, there is none, or Temporal can't be reached.
    """
    handle = enrolment_handle(client, object_id)
    match event:
        case LinkClicked():
            await handle.signal(EnrolmentWorkflow.link_clicked, event, rpc_timeout=rpc_timeout)
        case EmailOpened():
            await handle.signal(EnrolmentWorkflow.email_opened, event, rpc_timeout=rpc_timeout)


async def has_ended(handle: EnrolmentHandle) -> bool:
    """Say whether an enrolment is closed, after which none of its mails leaves."""
    return (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING


async def execution_statuses(client: Client) -> dict[str, str]:
    """Return the execution status of every enrolment, in lower case, by ObjectId."""
    query = f"WorkflowType = '{ENROLMENT_WORKFLOW}'"
    return {
        object_id_of(found.id): found.status.name.casefold() if found.status else "none"
        async for found in client.list_workflows(query)
    }


async def count_by_status(
    client: Client, batch_id: str | None = None
) -> dict[InviteStatus | OtherEnd, int]:
    """Return how many enrolments run in each status, and how many have ended how.

    One count for each: the server can't group by a custom search attribute.
    """
    kind = _enrolments(batch_id)
    queries: dict[InviteStatus | OtherEnd, str] = {
        status: f"ExecutionStatus = 'Running' AND {INVITE_STATUS.name} = '{status.value}'"
        for status in InviteStatus
        if status is not InviteStatus.ACTIVE
    }
    active = f"{INVITE_STATUS.name} = '{InviteStatus.ACTIVE.value}'"
    queries[InviteStatus.ACTIVE] = f"ExecutionStatus = 'Completed' AND {active}"
    queries[OtherEnd.CANCELLED] = "ExecutionStatus = 'Canceled'"
    queries[OtherEnd.FAILED] = "ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut')"
    queries[OtherEnd.OTHERWISE] = f"ExecutionStatus = 'Completed' AND NOT {active}"
    return {
        standing: (await client.count_workflows(f"{kind} AND {query}")).count
        for standing, query in queries.items()
    }


async def count_stuck(
    client: Client, batch_id: str | None = None, department: str | None = None
) -> int | None:
    """Return how many running enrolments can't go on since workflow code fails.

    They are counted in their statuses, too. None where the server doesn't know.
    """
    if not await reports_problems(client):
        return None
    kind = _enrolments(batch_id)
    if department is not None:
        kind += f" AND {equals(DEPARTMENT, department)}"
    return (await client.count_workflows(f"{kind} AND {STUCK}")).count


def _enrolments(batch_id: str | None) -> str:
    """Return the query of all enrolments, or of those of one batch."""
    kind = f"WorkflowType = '{ENROLMENT_WORKFLOW}'"
    if batch_id is not None:
        kind += f" AND {equals(SOURCE_BATCH_ID, batch_id)}"
    return kind
