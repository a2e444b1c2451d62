"""Requests for a new link from the public form, each handled by a workflow of its own."""

from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from domain.enrolment.messages import ResendAddress
from domain.identifiers import RESEND_REQUEST_PREFIX
from workflows.resend_request import ResendRequestWorkflow


async def start_resend_request(
    client: Client, address: ResendAddress, *, task_queue: str, rpc_timeout: timedelta | None = None
) -> None:
    """Start to look up whose address it is; needs no worker. Idempotent for the same event.

    Raises:
        RPCError: Temporal can't be reached.
    """
    with suppress(WorkflowAlreadyStartedError):
        await client.start_workflow(
            ResendRequestWorkflow.run,
            address,
            id=RESEND_REQUEST_PREFIX + address.event_id,
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            rpc_timeout=rpc_timeout,
        )
