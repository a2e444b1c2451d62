"""The daily sweep of the sender mailboxes' drafts."""

from collections.abc import Callable

from temporalio import activity
from temporalio.client import Client

from activities.mail.draft_sweep import DraftsSwept
from tests.workflows.scheduled.looks import result_and_details
from workflows.scheduled.draft_sweep import DraftSweepWorkflow


@activity.defn
async def sweep_drafts() -> DraftsSwept:
    """Find three."""
    return DraftsSwept(deleted=3)


async def test_a_sweep_tells_how_many_drafts_it_deleted(
    client: Client, unique: Callable[[str], str]
) -> None:
    """The number is the workflow's result."""
    swept, _ = await result_and_details(client, DraftSweepWorkflow, sweep_drafts, unique("drafts"))
    assert swept == DraftsSwept(deleted=3)
