"""Asks a worker to send an admin a mail with sample names."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client

from activities.reports.sample import SampleMailInput, SampleMailResult
from domain.identifiers import SAMPLE_MAIL_PREFIX, TASK_QUEUE
from workflows.sample_mail import SampleMailWorkflow


async def send_sample_mail(
    client: Client,
    input: SampleMailInput,
    *,
    task_queue: str = TASK_QUEUE,
    within: timedelta,
) -> SampleMailResult | None:
    """Let a worker send the mail; return what became of it, None when no worker answers in time.

    The mail is not sent later than twice that time, when nobody waits for it any more.

    Raises:
        WorkflowFailureError: the worker couldn't.
        RPCError: Temporal refuses.
    """
    handle = await client.start_workflow(
        SampleMailWorkflow.run,
        input,
        id=SAMPLE_MAIL_PREFIX + str(uuid4()),
        task_queue=task_queue,
        execution_timeout=2 * within,
        static_summary="Sends an admin a mail with sample names",
    )
    try:
        return await asyncio.wait_for(handle.result(), within.total_seconds())
    except TimeoutError:
        return None
