"""Testing a webhook from where the worker is."""

from datetime import timedelta

from temporalio.client import Client

from activities.webhooks.deliver import WebhookInput
from client.portal.awaited_workflow import result_of
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
    return await result_of(
        client,
        WebhookTestWorkflow.run,
        WebhookInput(webhook_id=webhook_id),
        prefix=WEBHOOK_TEST_PREFIX,
        request_id=request_id,
        task_queue=task_queue,
        within=within,
    )
