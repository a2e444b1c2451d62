"""Rows on which an older system wrote "never": whole enrolments, from the row to the reminder."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.identifiers import enrolment_workflow_id
from domain.tracking_list.columns import COLUMNS, ColumnKind
from simulated_tenant.directory.users import User
from tests.activities.stage import Stage
from tests.support.eventually import eventually
from tests.support.working import working
from workflows.enrolment.workflow import EnrolmentWorkflow

# A week lasts less than three seconds.
FAST = Policy().sped_up(timedelta(seconds=0.4))
NEVER = {c.name: "9999-12-31T00:00:00Z" for c in COLUMNS if c.kind is ColumnKind.DATE_TIME}


@asynccontextmanager
async def enrolled(
    client: Client, stage: Stage, user: User, queue: str
) -> AsyncIterator[Callable[[], Any]]:
    """Enrol somebody under a real worker; yields what tells their state."""
    async with working(client, stage, queue):
        handle = await client.start_workflow(
            EnrolmentWorkflow.run,
            stage.enrolment(user, policy=FAST),
            id=enrolment_workflow_id(user.id),
            task_queue=queue,
        )
        yield lambda: handle.query(EnrolmentWorkflow.state)
        await handle.terminate()


@pytest.mark.parametrize("status", ["Pending", "Sent"])
async def test_never_is_as_good_as_no_date(
    stage: Stage, client: Client, unique: Callable[[str], str], status: str
) -> None:
    """A row whose dates are all in 9999: invited unless it says so already, and reminded."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, InviteStatus=status, **NEVER)
    async with enrolled(client, stage, user, unique("never")) as asked:

        async def reminded() -> bool:
            state: EnrolmentState = await asked()
            return state.reminder_count >= 1

        await eventually(reminded)
        kinds = [mail.header("X-MFA-Rollout-Mail") for mail in stage.mails(user)]
        first = ["invitation"] if status == "Pending" else []
        assert kinds[: len(first) + 1] == [*first, "reminder"]

        def corrected() -> bool:
            row = stage.item()
            return not any(str(row.get(name)).startswith("9999") for name in NEVER)

        await eventually(corrected)


async def test_a_row_full_of_nonsense_is_somebodys_beginning(
    stage: Stage, client: Client, unique: Callable[[str], str]
) -> None:
    """Counts beyond all bounds, no token, a name of dots: invited like anybody else."""
    stage.assume(nulls="off")
    user = stage.user(display_name="." * 256, department="D" * 5_000)
    stage.row(
        Title=user.user_principal_name,
        TrackingToken="see Excel",
        ReminderCount=1e30,
        SourceBatchId="." * 255,
        Notes="N" * 50_000,
    )
    async with enrolled(client, stage, user, unique("nonsense")) as asked:

        async def invited() -> bool:
            state: EnrolmentState = await asked()
            return state.invite_sent_at is not None

        await eventually(invited)
        await eventually(lambda: stage.item().get("InviteStatus") == "Sent")
        row = stage.item()
        assert len(row["Department"]) == 255
        assert (row["DisplayName_"], row["SourceBatchId"]) == ("." * 254 + "…", "." * 255)
        assert row["TrackingToken"] != "see Excel"
        assert row["ReminderCount"] == 0
        assert row["Notes"] == "N" * 50_000
