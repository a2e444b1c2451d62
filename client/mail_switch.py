"""The switch that stops all mail, as admins throw it; mails themselves read its memo."""

from datetime import timedelta

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.workflow import UpdateMethodMultiParam

from domain.enrolment.messages import AdminRequest
from domain.identifiers import CONTROL_WORKFLOW_ID, TASK_QUEUE
from workflows.rollout_control import RolloutControlWorkflow

ANSWER_WITHIN = timedelta(seconds=15)

Update = UpdateMethodMultiParam[[RolloutControlWorkflow, AdminRequest], None]


async def stop_mail(client: Client, request: AdminRequest) -> None:
    """Let no mail leave any more.

    Raises:
        WorkflowUpdateFailedError: mail is stopped already.
        WorkflowUpdateRPCTimeoutOrCancelledError: no worker answers in time.
    """
    await _throw(client, RolloutControlWorkflow.stop_mail, request)


async def start_mail(client: Client, request: AdminRequest) -> None:
    """Let mails leave again.

    Raises:
        WorkflowUpdateFailedError: mail isn't stopped.
        WorkflowUpdateRPCTimeoutOrCancelledError: no worker answers in time.
    """
    await _throw(client, RolloutControlWorkflow.start_mail, request)


async def _throw(client: Client, update: Update, request: AdminRequest) -> None:
    """Ask the one workflow that keeps the switch, and start it where it was never thrown."""
    switch = WithStartWorkflowOperation(
        RolloutControlWorkflow.run,
        None,
        id=CONTROL_WORKFLOW_ID,
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary="The switch that stops all mail",
    )
    await client.execute_update_with_start_workflow(
        update, request, start_workflow_operation=switch, rpc_timeout=ANSWER_WITHIN
    )
