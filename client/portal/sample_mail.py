"""Asks a worker to send an admin a mail with sample names."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.reports.sample import SampleMailInput, SampleMailResult
from domain.identifiers import SAMPLE_MAIL_PREFIX, TASK_QUEUE
from workflows.sample_mail import SampleMailWorkflow


async def send_sample_mail(
    client: Client,
    input: SampleMailInput,
    *,
    request_id: str | None = None,
    task_queue: str = TASK_QUEUE,
    within: timedelta,
) -> SampleMailResult | None:
    """Let a worker send the mail; return what became of it, None when no worker answers in time.

    The mail is not sent later than twice that time, when nobody waits for it any more.

    A request that comes again, by its id, is the same one, unless it has failed.

    Raises:
        WorkflowFailureError: the worker couldn't.
        RPCError: Temporal refuses.
    """
    workflow_id = SAMPLE_MAIL_PREFIX + (request_id or str(uuid4()))
    try:
        handle = await client.start_workflow(
            SampleMailWorkflow.run,
            input,
            id=workflow_id,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            # What failed, or found no worker, is tried again.
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            task_queue=task_queue,
            execution_timeout=2 * within,
            static_summary="Sends an admin a mail with sample names",
        )
    except WorkflowAlreadyStartedError:
        handle = client.get_workflow_handle_for(SampleMailWorkflow.run, workflow_id)
    try:
        return await asyncio.wait_for(handle.result(), within.total_seconds())
    except TimeoutError:
        return None
