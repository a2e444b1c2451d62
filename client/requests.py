"""What admins ask of workflows: answered within seconds, and kept by Temporal without a worker."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any
from uuid import uuid4

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError
from temporalio.workflow import UpdateMethodMultiParam

from client.enrolments import EnrolmentHandle
from domain.enrolment.messages import AdminAsked, AdminRequest, Signal, Update
from domain.identifiers import CONTROL_WORKFLOW_ID, TASK_QUEUE, enrolment_workflow_id
from temporal.refusals import is_workflow_not_found
from workflows.enrolment.workflow import EnrolmentWorkflow
from workflows.rollout_control import RolloutControlWorkflow

LOOK_UP_WITHIN = timedelta(milliseconds=500)

UPDATES: dict[Update, UpdateMethodMultiParam[[EnrolmentWorkflow, AdminRequest], None]] = {
    Update.PAUSE: EnrolmentWorkflow.pause,
    Update.RESUME: EnrolmentWorkflow.resume,
    Update.RESEND: EnrolmentWorkflow.resend,
    Update.CANCEL: EnrolmentWorkflow.cancel,
}


class EnrolmentEndedError(Exception):
    """The enrolment has ended, and takes no requests any more."""


class Answer(Enum):
    """What became of a request that wasn't refused."""

    DONE = auto()
    RECORDED = auto()
    """No worker has answered; Temporal keeps the request until one runs."""


def new_request(actor: str, reason: str) -> AdminRequest:
    """Return a request that is done once, however often it arrives."""
    return AdminRequest(actor=actor, reason=reason, request_id=str(uuid4()))


async def ask_enrolment(
    handle: EnrolmentHandle, update: Update, request: AdminRequest, *, within: timedelta
) -> Answer:
    """Ask an enrolment for something as an admin; wait for the answer so long at most.

    Temporal may forget an update that no worker has accepted, but no signal. So a request without
    an answer is signalled, too, under the same id.

    Raises:
        EnrolmentEndedError: it is too late.
        WorkflowUpdateFailedError: it refuses, and says why.
        RPCError: Temporal can't be reached.
    """

    async def ask() -> None:
        await handle.execute_update(
            UPDATES[update], request, id=request.request_id, rpc_timeout=within
        )

    async def record() -> None:
        event = AdminAsked(
            event_id=request.request_id, at=datetime.now(UTC), update=update, request=request
        )
        await handle.signal(Signal.ADMIN_ASKED, event)

    try:
        return await _answered_or_recorded(handle, request, ask, record)
    except RPCError as error:
        if not is_workflow_not_found(error):
            raise
        raise EnrolmentEndedError from None


async def stop_mail(client: Client, request: AdminRequest, *, within: timedelta) -> Answer:
    """Let no mail leave any more.

    Raises:
        WorkflowUpdateFailedError: mail is stopped already.
    """
    return await _switch(client, RolloutControlWorkflow.stop_mail, request, within, stopped=True)


async def start_mail(client: Client, request: AdminRequest, *, within: timedelta) -> Answer:
    """Let mails leave again.

    Raises:
        WorkflowUpdateFailedError: mail isn't stopped.
    """
    return await _switch(client, RolloutControlWorkflow.start_mail, request, within, stopped=False)


async def _switch(
    client: Client,
    update: UpdateMethodMultiParam[[RolloutControlWorkflow, AdminRequest], None],
    request: AdminRequest,
    within: timedelta,
    *,
    stopped: bool,
) -> Answer:
    """Ask the one workflow that keeps the switch, and start it where it was never used."""
    name = "The switch that stops all mail"
    join = WorkflowIDConflictPolicy.USE_EXISTING

    async def ask() -> None:
        await client.execute_update_with_start_workflow(
            update,
            request,
            id=request.request_id,
            start_workflow_operation=WithStartWorkflowOperation(
                RolloutControlWorkflow.run,
                None,
                id=CONTROL_WORKFLOW_ID,
                task_queue=TASK_QUEUE,
                id_conflict_policy=join,
                static_summary=name,
            ),
            rpc_timeout=within,
        )

    async def record() -> None:
        await client.start_workflow(
            RolloutControlWorkflow.run,
            args=[],
            id=CONTROL_WORKFLOW_ID,
            task_queue=TASK_QUEUE,
            id_conflict_policy=join,
            static_summary=name,
            start_signal="mail_switched",
            start_signal_args=[stopped, request],
        )

    handle = client.get_workflow_handle(CONTROL_WORKFLOW_ID)
    return await _answered_or_recorded(handle, request, ask, record)


async def _answered_or_recorded(
    handle: WorkflowHandle[Any, Any],
    request: AdminRequest,
    ask: Callable[[], Awaitable[None]],
    record: Callable[[], Awaitable[None]],
) -> Answer:
    try:
        await ask()
    except WorkflowUpdateRPCTimeoutOrCancelledError:
        # The answer may have been lost alone: the update is looked up by its id.
        try:
            await handle.get_update_handle(request.request_id).result(rpc_timeout=LOOK_UP_WITHIN)
        except (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError):
            await record()
            return Answer.RECORDED
    return Answer.DONE


async def ask_worker(client: Client, object_id: str) -> None:
    """Wait for a worker's answer about an enrolment: so long do workflow tasks wait just now.

    Nothing is added to a history by it.

    Raises:
        TemporalError: no worker answers, or there is no such enrolment.
    """
    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))
    await handle.query("__temporal_workflow_metadata")
