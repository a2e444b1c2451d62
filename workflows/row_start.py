"""Starting somebody's enrolment from their row on the list, by the click on an older link."""

from collections.abc import Mapping
from datetime import timedelta

from activities.search_attributes import search_attributes
from domain.enrolment import EnrolmentInput, EnrolmentState
from domain.identifiers import LINK_CLICKED, enrolment_workflow_id
from domain.markdown import escaped
from domain.messages import LinkClicked
from domain.rows import status_in
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy

from workflows.enrolment import EnrolmentWorkflow


async def start_from_row(
    client: Client,
    enrolment: EnrolmentInput,
    fields: Mapping[str, object],
    event: LinkClicked,
    *,
    task_queue: str,
    rpc_timeout: timedelta | None = None,
) -> None:
    """Start the enrolment and tell it of the click, in one call that needs no worker.

    Idempotent: an enrolment that is running is told, and drops an event that it knows.

    Raises:
        WorkflowAlreadyStartedError: the person's enrolment has ended in the meantime.
        RPCError: Temporal can't be reached.
    """
    await client.start_workflow(
        EnrolmentWorkflow.run,
        enrolment,
        id=enrolment_workflow_id(enrolment.object_id),
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        search_attributes=search_attributes(enrolment, EnrolmentState(status=status_in(fields))),
        static_summary=summary(fields),
        start_signal=LINK_CLICKED,
        start_signal_args=[event],
        rpc_timeout=rpc_timeout,
    )


def summary(fields: Mapping[str, object]) -> str:
    """Return whose enrolment it is, as the Temporal UI shows it."""
    return escaped(f"{fields.get('DisplayName_') or 'Somebody'} ({fields.get('Title')})")
