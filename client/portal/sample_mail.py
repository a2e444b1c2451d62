"""Asks a worker to send an admin a mail with sample names."""

from datetime import timedelta

from temporalio.client import Client

from activities.reports.sample import SampleMailInput, SampleMailResult
from client.portal.awaited_workflow import result_of
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
    return await result_of(
        client,
        SampleMailWorkflow.run,
        input,
        prefix=SAMPLE_MAIL_PREFIX,
        request_id=request_id,
        task_queue=task_queue,
        within=within,
        static_summary="Sends an admin a mail with sample names",
    )
