"""The daily look at the tracking list, and what Temporal's UI says of it."""

from collections.abc import Callable

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.tracking_list.reconcile_report import ReconcileReport
from tests.support.enrolments import STRICT
from workflows.scheduled.reconcile import ReconcileWorkflow

REPORT = ReconcileReport(rows=3, emptied=2, not_kept=("Department", "InviteSentDate"))


@activity.defn
async def reconcile() -> ReconcileReport:
    """Find columns that don't keep what is written."""
    return REPORT


@pytest.mark.wording
async def test_columns_that_do_not_keep_what_is_written_are_named(
    client: Client, unique: Callable[[str], str]
) -> None:
    """An admin reads which they are, and that doctor says what to do: no rebuild would help."""
    queue = unique("reconcile")
    async with Worker(
        client,
        task_queue=queue,
        workflows=[ReconcileWorkflow],
        activities=[reconcile],
        workflow_runner=STRICT,
    ):
        found = await client.execute_workflow(ReconcileWorkflow.run, id=queue, task_queue=queue)
        details = await client.get_workflow_handle(queue).query("__temporal_workflow_metadata")
    assert found == REPORT
    assert "compared: Department, InviteSentDate." in str(details)
    assert "Rows that hold less than was written | 2 |" in str(details)
    assert "rebuild" not in str(details)
