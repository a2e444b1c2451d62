"""Enrolments whose workflow code fails: the server flags them, the check tells, repair clears."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import structlog
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.enrolment.stuck import EVENT, StuckEnrolmentsActivities, StuckReport
from client.enrolments import count_stuck
from client.requests import Answer, ask_enrolment, new_request
from database.rollout.check_reports import CheckReports
from domain.enrolment.messages import EmailOpened, Update
from domain.enrolment.state import EnrolmentState, ProblemKind
from domain.identifiers import enrolment_workflow_id
from simulated_tenant.directory.users import User
from temporal.connect import DATA_CONVERTER
from temporal.failures import FailureInterceptor
from temporal.stuck_workflows import StuckWorkflows, find_stuck
from tests.activities.stage import Stage
from tests.domain.enrolment.states import START
from tests.support import temporal_server
from tests.support.enrolments import STRICT
from tests.support.eventually import eventually
from tests.support.texts import says
from tests.support.variants import RaisingAtOpens, WithAnotherTimer
from tests.support.working import working
from workflows.enrolment.workflow import EnrolmentWorkflow
from workflows.scheduled.stuck_enrolments import StuckEnrolmentsWorkflow

# A task that fails is given up by the worker, and runs into this time-out at the server.
SHORT_TASK = timedelta(seconds=1)


@asynccontextmanager
async def broken(client: Client, stage: Stage, variant: type, queue: str) -> AsyncIterator[None]:
    """Run a worker whose code of enrolments is broken, and whose check for that isn't."""
    check = StuckEnrolmentsActivities(
        client=client,
        tracking_list=stage.tracking_list,
        reports=CheckReports(stage.database),
    )
    async with Worker(
        client,
        task_queue=queue,
        workflows=[variant, StuckEnrolmentsWorkflow],
        activities=[check.report_stuck],
        interceptors=[FailureInterceptor()],
        workflow_runner=STRICT,
        max_cached_workflows=0,
    ):
        yield


async def enrolled(
    client: Client, stage: Stage, user: User, queue: str
) -> WorkflowHandle[Any, Any]:
    """Enrol somebody and wait until they are invited, under the product's own worker."""
    async with working(client, stage, queue):
        handle = await client.start_workflow(
            EnrolmentWorkflow.run,
            stage.enrolment(user),
            id=enrolment_workflow_id(user.id),
            task_queue=queue,
            task_timeout=SHORT_TASK,
        )
        await eventually(lambda: stage.items() and stage.item().get("InviteStatus") == "Sent")
    return handle


async def checked(client: Client, queue: str) -> StuckReport:
    """Check once."""
    handle = await client.start_workflow(
        StuckEnrolmentsWorkflow.run, id=f"mfa-{queue}", task_queue=queue
    )
    return await handle.result()


async def checked_until_noted(
    client: Client, queue: str, workflow_id: str
) -> tuple[list[Any], StuckReport]:
    """Check until the row of an enrolment was written; return the last look's log and report.

    Between two tasks that fail the server may take the flag away for a moment.
    """
    async with asyncio.timeout(600):
        while True:
            with structlog.testing.capture_logs() as logs:
                report = await checked(client, queue)
            if workflow_id in report.noted:
                return logs, report


def error_details(stage: Stage) -> str:
    """Return what the only row complains of."""
    return str(stage.item().get("ErrorDetails") or "")


@pytest.mark.parametrize("variant", [WithAnotherTimer, RaisingAtOpens])
async def test_a_stuck_enrolment_is_told_of_until_it_goes_on(
    stage: Stage, client: Client, unique: Callable[[str], str], variant: type
) -> None:
    """Code that raises, or that doesn't fit the history: row, count and log say so, then don't."""
    stage.assume(indexlag="off")
    user, queue = stage.user(), unique("stuck")
    handle = await enrolled(client, stage, user, queue)

    async def flagged() -> bool:
        return handle.id in (await find_stuck(client)).ids

    async with broken(client, stage, variant, queue):
        await handle.signal(
            EnrolmentWorkflow.email_opened, EmailOpened(event_id="opened", at=START)
        )
        await eventually(flagged)
        logs, report = await checked_until_noted(client, queue, handle.id)
        # The server passes it no update; what an admin asks is kept until it goes on.
        request = new_request("ada", "it is stuck")
        answer = await ask_enrolment(handle, Update.PAUSE, request, within=SHORT_TASK)
        assert answer is Answer.RECORDED
    assert report.stuck >= 1
    assert says(error_details(stage), ProblemKind.STUCK)
    (line,) = [line for line in logs if line["event"] == EVENT]
    assert line["count"] == report.stuck
    assert set(line) == {"event", "log_level", "count", "workflow_ids"}
    assert (await count_stuck(client) or 0) >= 1

    async with working(client, stage, queue):
        await eventually(lambda: not error_details(stage))
        state: EnrolmentState = await handle.query(EnrolmentWorkflow.state)
    assert state.paused == request
    assert stage.item()["EmailOpenedDate"]
    await eventually(lambda: _not(flagged))
    await handle.terminate()


async def _not(check: Callable[[], Any]) -> bool:
    return not await check()


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Start a server that flags nothing, as older ones do."""
    setting = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=0"
    process, address = temporal_server.start("--dynamic-config-value", setting)
    temporal_server.wait_until_ready(process, address)
    yield address
    temporal_server.stop(process)


async def test_where_nothing_is_flagged_workflows_are_looked_at_one_by_one(
    stage: Stage, silent_server: str
) -> None:
    """The stuck one is found, the other isn't, and the count is said to be unknown."""
    stage.assume(indexlag="off")
    client = await Client.connect(silent_server, data_converter=DATA_CONVERTER)
    stuck, fine = "stuck", "fine"
    handle = await enrolled(client, stage, stage.user(), stuck)
    user = stage.user()
    other = await client.start_workflow(
        EnrolmentWorkflow.run,
        stage.enrolment(user),
        id=enrolment_workflow_id(user.id),
        task_queue=fine,
    )
    async with broken(client, stage, WithAnotherTimer, stuck):
        await handle.signal(
            EnrolmentWorkflow.email_opened, EmailOpened(event_id="opened", at=START)
        )

        async def found() -> StuckWorkflows | None:
            seen = await find_stuck(client)
            return seen if handle.id in seen.ids else None

        await eventually(found)
        await checked_until_noted(client, stuck, handle.id)
        # A server without a worker may begin to count the attempts anew.
        seen = await eventually(found)
    assert seen.ids == (handle.id,)
    assert seen.healthy is not None
    assert other.id in seen.healthy
    assert await count_stuck(client) is None
    assert says(error_details(stage), ProblemKind.STUCK)
