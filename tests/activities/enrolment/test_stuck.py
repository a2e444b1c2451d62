"""Enrolments whose workflow code fails: the server flags them, the check tells, repair clears."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import structlog
from temporalio.client import (
    Client,
    CountWorkflowsInput,
    Interceptor,
    ListWorkflowsInput,
    OutboundInterceptor,
    WorkflowExecutionAsyncIterator,
    WorkflowExecutionCount,
    WorkflowHandle,
)
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from activities.enrolment.stuck import (
    EVENT,
    MESSAGE,
    StuckEnrolmentsActivities,
    StuckReport,
)
from client.enrolments import count_stuck
from domain.enrolment.messages import EmailOpened
from domain.identifiers import enrolment_workflow_id
from simulated_tenant.directory.users import User
from temporal.failures import FailureInterceptor
from temporal.stuck_workflows import find_stuck
from tests.activities.stage import Stage
from tests.domain.enrolment.states import START
from tests.support.enrolments import STRICT
from tests.support.variants import RaisingAtOpens, WithAnotherTimer
from tests.support.working import working
from tests.support.world import eventually
from workflows.enrolment.workflow import EnrolmentWorkflow
from workflows.scheduled.stuck_enrolments import StuckEnrolmentsWorkflow

# A task that fails is given up by the worker, and runs into this time-out at the server.
SHORT_TASK = timedelta(seconds=1)


@asynccontextmanager
async def broken(client: Client, stage: Stage, variant: type, queue: str) -> AsyncIterator[None]:
    """Run a worker whose code of enrolments is broken, and whose check for that isn't."""
    check = StuckEnrolmentsActivities(client=client, tracking_list=stage.tracking_list)
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


def error_details(stage: Stage) -> str:
    """Return what the only row complains of."""
    return str(stage.item().get("ErrorDetails") or "")


@pytest.mark.parametrize("variant", [WithAnotherTimer, RaisingAtOpens])
async def test_a_stuck_enrolment_is_told_of_until_it_goes_on(
    stage: Stage, client: Client, unique: Callable[[str], str], variant: type
) -> None:
    """Code that raises, or that doesn't fit the history: row, count and log say so, then don't."""
    user, queue = stage.user(), unique("stuck")
    handle = await enrolled(client, stage, user, queue)

    async def flagged() -> bool:
        return handle.id in (await find_stuck(client)).ids

    async with broken(client, stage, variant, queue):
        await handle.signal(
            EnrolmentWorkflow.email_opened, EmailOpened(event_id="opened", at=START)
        )
        await eventually(flagged, seconds=40)
        with structlog.testing.capture_logs() as logs:
            report = await checked(client, queue)
    assert report.stuck >= 1
    assert handle.id in report.noted
    assert MESSAGE in error_details(stage)
    (line,) = [line for line in logs if line["event"] == EVENT]
    assert line["count"] == report.stuck
    assert set(line) == {"event", "log_level", "count", "workflow_ids"}
    assert (await count_stuck(client) or 0) >= 1

    async with working(client, stage, queue):
        await eventually(lambda: not error_details(stage), seconds=40)
    assert stage.item()["EmailOpenedDate"]
    await eventually(lambda: _not(flagged), seconds=20)
    await handle.terminate()


async def _not(check: Callable[[], Any]) -> bool:
    return not await check()


class _OlderServer(Interceptor):
    """Refuses to be asked for reported problems, as older servers do."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Refusing(next)


class _Refusing(OutboundInterceptor):
    def list_workflows(self, input: ListWorkflowsInput) -> WorkflowExecutionAsyncIterator:
        _refuse(input.query)
        return super().list_workflows(input)

    async def count_workflows(self, input: CountWorkflowsInput) -> WorkflowExecutionCount:
        _refuse(input.query)
        return await super().count_workflows(input)


def _refuse(query: str | None) -> None:
    if "TemporalReportedProblems" in (query or ""):
        raise RPCError("invalid query", RPCStatusCode.INVALID_ARGUMENT, b"")


async def test_on_an_older_server_enrolments_are_looked_at_one_by_one(
    stage: Stage, client: Client, unique: Callable[[str], str]
) -> None:
    """The stuck one is found, the other isn't, and the count is said to be unknown."""
    older = Client(**client.config() | {"interceptors": [_OlderServer()]})
    stuck, fine = unique("stuck"), unique("fine")
    handle = await enrolled(client, stage, stage.user(), stuck)
    other = await client.start_workflow(
        EnrolmentWorkflow.run,
        stage.enrolment(user := stage.user()),
        id=enrolment_workflow_id(user.id),
        task_queue=fine,
    )
    async with broken(client, stage, WithAnotherTimer, stuck):
        await handle.signal(
            EnrolmentWorkflow.email_opened, EmailOpened(event_id="opened", at=START)
        )

        async def found() -> bool:
            return handle.id in (await find_stuck(older)).ids

        await eventually(found, seconds=40)
    seen = await find_stuck(older)
    assert other.id in (seen.healthy or ())
    assert other.id not in seen.ids
    assert await count_stuck(older) is None
    await handle.terminate()
    await other.terminate()
