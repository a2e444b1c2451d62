"""The daily look at people who are Active, and what Temporal's UI says of it."""

from collections.abc import Callable

import pytest
from temporalio import activity
from temporalio.client import Client

from activities.registration.recheck import RecheckReport
from tests.workflows.scheduled.looks import result_and_details
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
    found, details = await result_and_details(
        client, RecheckActiveWorkflow, recheck_active, unique("recheck")
    )
    assert found == REPORT
    assert "tried again tomorrow: 1. The first: Graph said no." in details
    assert "hides its members, so nobody is said to have left it" in details
