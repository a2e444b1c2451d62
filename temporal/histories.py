"""Deleting executions with their histories, which hold what people are called."""

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
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
