"""The daily sweep of the sender mailboxes' drafts."""

from collections.abc import Callable

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.mail.draft_sweep import DraftsSwept
from tests.support.enrolments import STRICT
from workflows.scheduled.draft_sweep import DraftSweepWorkflow


@activity.defn
async def sweep_drafts() -> DraftsSwept:
    """Find three."""
    return DraftsSwept(deleted=3)


async def test_a_sweep_tells_how_many_drafts_it_deleted(
    client: Client, unique: Callable[[str], str]
) -> None:
    """The number is the workflow's result."""
    queue = unique("drafts")
    async with Worker(
        client,
        task_queue=queue,
        workflows=[DraftSweepWorkflow],
        activities=[sweep_drafts],
        workflow_runner=STRICT,
    ):
        swept = await client.execute_workflow(DraftSweepWorkflow.run, id=queue, task_queue=queue)
    assert swept == DraftsSwept(deleted=3)
