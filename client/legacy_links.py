"""Clicks on links of an older system whose row doesn't say whose it is: a worker finds out."""

from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from domain.enrolment.messages import LegacyLinkClicked
from domain.identifiers import LEGACY_LINK_PREFIX
from workflows.legacy_link import LegacyLinkWorkflow


async def start_legacy_link(
    client: Client,
    clicked: LegacyLinkClicked,
    *,
    task_queue: str,
    rpc_timeout: timedelta | None = None,
) -> None:
    """Start to find the person and to enrol them; needs no worker. Idempotent for the same event.

    Raises:
        RPCError: Temporal can't be reached.
    """
    with suppress(WorkflowAlreadyStartedError):
        await client.start_workflow(
            LegacyLinkWorkflow.run,
            clicked,
            id=LEGACY_LINK_PREFIX + clicked.event_id,
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary="The click on an older system's link",
            rpc_timeout=rpc_timeout,
        )
