"""The daily look at the tracking list, and what Temporal's UI says of it."""

from collections.abc import Callable

import pytest
from temporalio import activity
from temporalio.client import Client

from activities.tracking_list.reconcile_report import ReconcileReport
from tests.workflows.scheduled.looks import result_and_details
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
    found, details = await result_and_details(
        client, ReconcileWorkflow, reconcile, unique("reconcile")
    )
    assert found == REPORT
    assert "compared: Department, InviteSentDate." in details
    assert "Rows that hold less than was written | 2 |" in details
    assert "rebuild" not in details
