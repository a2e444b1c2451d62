"""What admins ask of workflows: answered within seconds, and kept by Temporal without a worker."""

from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.workflow import UpdateMethodMultiParam

from activities.enrolment.ask import EnrolmentEndedError, ask_enrolment
from domain.enrolment.messages import AdminRequest
from domain.identifiers import CONTROL_WORKFLOW_ID, TASK_QUEUE, enrolment_workflow_id
from temporal.updates import Answer, answered_or_recorded
from workflows.rollout_control import RolloutControlWorkflow

__all__ = [
    "Answer",
    "EnrolmentEndedError",
    "ask_enrolment",
    "ask_worker",
    "new_request",
    "record_stop",
    "start_mail",
    "stop_mail",
]

_SWITCH = "The switch that stops all mail"


def new_request(actor: str, reason: str) -> AdminRequest:
    """Return a request that is done once, however often it arrives."""
    return AdminRequest(actor=actor, reason=reason, request_id=str(uuid4()))


async def stop_mail(client: Client, request: AdminRequest, *, within: timedelta) -> Answer:
    """Let no mail leave any more.

    Raises:
        WorkflowUpdateFailedError: mail is stopped already.
    """
    return await _switch(client, RolloutControlWorkflow.stop_mail, request, within, stopped=True)


async def record_stop(client: Client, request: AdminRequest) -> None:
    """Let Temporal keep a stop of all mail until a worker does it, without waiting for one.

    Raises:
        RPCError: Temporal can't be reached.
    """
    await _record(client, request, stopped=True)


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
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=_SWITCH,
            ),
            rpc_timeout=within,
        )

    async def record() -> None:
        await _record(client, request, stopped=stopped)

    handle = client.get_workflow_handle(CONTROL_WORKFLOW_ID)
    return await answered_or_recorded(handle, request.request_id, ask, record)


async def _record(client: Client, request: AdminRequest, *, stopped: bool) -> None:
    await client.start_workflow(
        RolloutControlWorkflow.run,
        args=[],
        id=CONTROL_WORKFLOW_ID,
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=_SWITCH,
        start_signal="mail_switched",
        start_signal_args=[stopped, request],
    )


async def ask_worker(client: Client, object_id: str) -> None:
    """Wait for a worker's answer about an enrolment: so long do workflow tasks wait just now.

    Nothing is added to a history by it.

    Raises:
        TemporalError: no worker answers, or there is no such enrolment.
    """
    handle = client.get_workflow_handle(enrolment_workflow_id(object_id))
    await handle.query("__temporal_workflow_metadata")
