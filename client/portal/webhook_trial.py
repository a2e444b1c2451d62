"""Testing a webhook from where the worker is."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.webhooks.deliver import WebhookInput
from domain.identifiers import TASK_QUEUE, WEBHOOK_TEST_PREFIX
from domain.webhooks.records import PostAnswer
from workflows.scheduled.webhooks import WebhookTestWorkflow

# A worker posts for 15 seconds at most.
ANSWERED_WITHIN = timedelta(seconds=30)


async def try_webhook(
    client: Client,
    webhook_id: str,
    *,
    request_id: str | None = None,
    task_queue: str = TASK_QUEUE,
    within: timedelta = ANSWERED_WITHIN,
) -> PostAnswer | None:
    """Let a worker post a test message; return what became of it, None when no worker answers.

    A request that comes again, by its id, is the same one, unless it has failed.

    Raises:
        WorkflowFailureError: the worker couldn't.
        RPCError: Temporal refuses.
    """
    workflow_id = WEBHOOK_TEST_PREFIX + (request_id or str(uuid4()))
    try:
        handle = await client.start_workflow(
            WebhookTestWorkflow.run,
            WebhookInput(webhook_id=webhook_id),
            id=workflow_id,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            # What failed, or found no worker, is tried again.
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            task_queue=task_queue,
            # Nobody waits for a test that nobody made.
            execution_timeout=2 * within,
        )
    except WorkflowAlreadyStartedError:
        handle = client.get_workflow_handle_for(WebhookTestWorkflow.run, workflow_id)
    try:
        return await asyncio.wait_for(handle.result(), within.total_seconds())
    except TimeoutError:
        return None
