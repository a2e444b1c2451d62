"""The daily look at people who are Active, and what Temporal's UI says of it."""

from collections.abc import Callable

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.registration.recheck import RecheckReport
from tests.support.enrolments import STRICT
from workflows.scheduled.recheck_active import RecheckActiveWorkflow

REPORT = RecheckReport(
    people=4, left_group=1, unread=("somebody",), reason="Graph said no.", hidden=True
)


@activity.defn
async def recheck_active(last: RecheckReport) -> RecheckReport:
    """Find somebody who can't be read."""
    assert last == RecheckReport()
    return REPORT


@pytest.mark.wording
async def test_people_who_could_not_be_read_are_told(
    client: Client, unique: Callable[[str], str]
) -> None:
    """How many, and why the first of them wasn't."""
    queue = unique("recheck")
    async with Worker(
        client,
        task_queue=queue,
        workflows=[RecheckActiveWorkflow],
        activities=[recheck_active],
        workflow_runner=STRICT,
    ):
        found = await client.execute_workflow(RecheckActiveWorkflow.run, id=queue, task_queue=queue)
        details = await client.get_workflow_handle(queue).query("__temporal_workflow_metadata")
    assert found == REPORT
    assert "tried again tomorrow: 1. The first: Graph said no." in str(details)
    assert "hides its members, so nobody is said to have left it" in str(details)
