"""What only a real server and worker can tell: how failures, waits and heartbeats travel."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ActivityError, ApplicationError

from activities.enrolment.cancellation import CancellationActivities
from activities.registration.poll import AwaitRegistrationInput, PollEnd
from domain.enrolment.policy import Policy
from tests.activities.attempts import assert_passing, assert_permanent
from tests.activities.calls import CALLS
from tests.activities.real_worker import worker_of
from tests.activities.stage import Stage

NOBODY = "99999999-9999-4999-8999-999999999999"


async def cause(handle: WorkflowHandle[Any, Any]) -> ApplicationError:
    """Return why the workflow's activity failed, as a workflow gets to know it."""
    with pytest.raises(WorkflowFailureError) as raised:
        await handle.result()
    error = raised.value.cause
    assert isinstance(error, ActivityError)
    assert isinstance(error.cause, ApplicationError)
    return error.cause


async def attempts_made(handle: WorkflowHandle[Any, Any]) -> int:
    """Return the number of the attempt that ended the activity."""
    attempts = [
        event.activity_task_started_event_attributes.attempt
        async for event in handle.fetch_history_events()
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
    ]
    return attempts[-1]


async def test_throttling_reaches_temporal(stage: Stage, client: Client) -> None:
    """The delay that the service named, the type and the category all arrive."""
    arrange, method, path = CALLS["await_enabled"]
    activity, argument = await arrange(stage, stage)
    stage.fault(method, path, status=429, retry_after="17")

    async with worker_of(client, activity) as start:
        error = await cause(await start("await_enabled", argument, 1))

    assert_passing(error, "Throttled")
    assert error.next_retry_delay == timedelta(seconds=17)


async def test_a_passing_failure_is_retried(stage: Stage, client: Client) -> None:
    """The next attempt succeeds, and adds nothing to history but its number."""
    arrange, method, path = CALLS["look_up_and_adopt"]
    activity, argument = await arrange(stage, stage)
    stage.fault(method, path, status=503, times=2)

    async with worker_of(client, activity) as start:
        handle = await start("look_up_and_adopt", argument, 5)
        taken = await handle.result()

    assert taken["state"]["item_id"] == stage.item()["id"]
    assert await attempts_made(handle) == 3


async def test_a_permanent_failure_is_not_retried(stage: Stage, client: Client) -> None:
    """One attempt, whatever the policy allows."""
    arrange, method, path = CALLS["look_up_and_adopt"]
    activity, argument = await arrange(stage, stage)
    forbidden = stage.fault(method, path, status=403, times=None)

    async with worker_of(client, activity) as start:
        handle = await start("look_up_and_adopt", argument, 5)
        error = await cause(handle)

    assert_permanent(error, "PermissionDenied")
    assert forbidden.hits == 1
    assert "contoso" not in str(error)


async def test_somebody_missing_is_remembered_between_attempts(
    stage: Stage, client: Client
) -> None:
    """The count of misses travels by heartbeat, also over an attempt that could not look."""
    stage.fault("GET", "/authentication/methods", status=503, skip=1)
    policy = Policy(gone_after=timedelta(milliseconds=50))
    watch = AwaitRegistrationInput(object_id=NOBODY, item_id=None, clicked_at=None, policy=policy)

    async with worker_of(client, stage.registration_activities.await_registration) as start:
        handle = await start("await_registration", watch, 9)
        assert await handle.result() == PollEnd.GONE.value

    # A miss, an outage, two misses.
    assert await attempts_made(handle) == 4


async def test_a_cancellation_is_requested(client: Client) -> None:
    """The calling workflow is asked to cancel, and asking twice is asking once."""
    control = CancellationActivities(client=client)

    async with worker_of(client, control.request_cancellation) as start:
        handle = await start("request_cancellation", None, 1)
        with pytest.raises(WorkflowFailureError):
            await handle.result()

    assert (await handle.describe()).status is WorkflowExecutionStatus.CANCELED
