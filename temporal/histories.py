"""Deleting executions with their histories, which hold what people are called."""

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode


async def runs_of(client: Client, workflow_id: str) -> list[str]:
    """Return the runs of a workflow id, the latest included though visibility lags.

    Raises:
        RPCError: Temporal can't be reached.
    """
    runs = {found.run_id async for found in client.list_workflows(f"WorkflowId = '{workflow_id}'")}
    try:
        described = await client.get_workflow_handle(workflow_id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    else:
        runs.add(described.run_id)
    return sorted(runs)


async def delete_history(client: Client, workflow_id: str, run_id: str) -> bool:
    """Delete one execution; return False where there is none any more.

    A running one is terminated by that. The server does the rest in the background, within a
    minute as a rule.

    Raises:
        RPCError: Temporal can't be reached, or refuses.
    """
    execution = WorkflowExecution(workflow_id=workflow_id, run_id=run_id)
    request = DeleteWorkflowExecutionRequest(
        namespace=client.namespace, workflow_execution=execution
    )
    try:
        await client.workflow_service.delete_workflow_execution(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


async def delete_ended(client: Client, workflow_id: str, run_id: str) -> bool:
    """Delete one execution unless it runs; return False where it does, or is gone.

    Raises:
        RPCError: Temporal can't be reached, or refuses.
    """
    try:
        described = await client.get_workflow_handle(workflow_id, run_id=run_id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    if described.status is WorkflowExecutionStatus.RUNNING:
        return False
    return await delete_history(client, workflow_id, run_id)
