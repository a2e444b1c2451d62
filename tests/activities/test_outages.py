"""What every activity does when Graph throttles, hangs, breaks down or forbids."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from temporalio.exceptions import ApplicationError

from database.schema import sender
from domain.enrolment.policy import Policy
from tests.activities.attempts import Attempts, assert_passing, assert_permanent
from tests.activities.calls import CALLS, attempts_of
from tests.activities.stage import Stage

EVERY_ACTIVITY = pytest.mark.parametrize("name", CALLS)
# One of them goes on looking whatever happens, see test_directory.py; the other must not hold up
# the end of an enrolment, see test_ambiguous_sending.py.
PATIENT = {"await_enabled", "withdraw_mail"}
MOST = pytest.mark.parametrize("name", [name for name in CALLS if name not in PATIENT])


@EVERY_ACTIVITY
@pytest.mark.parametrize(
    ("header", "delay"),
    [
        ({"retry_after": "17"}, 17.0),
        ({"retry_after": "2.128"}, 2.128),
        ({"retry_after_date": timedelta(seconds=90)}, 90.0),
        ({"retry_after": "soon"}, None),
        ({}, None),
    ],
    ids=["seconds", "float", "date", "garbage", "absent"],
)
async def test_throttling_is_obeyed(
    stage: Stage, name: str, header: dict[str, Any], delay: float | None
) -> None:
    """A 429 passes, Temporal waits as long as the service says, and the next attempt succeeds."""
    arrange, method, path = CALLS[name]
    activity, argument = await arrange(stage, stage)
    attempts = attempts_of(activity)
    stage.fault(method, path, status=429, **header)

    error = await attempts.failure(argument)

    assert_passing(error, "Throttled")
    if delay is None:
        assert error.next_retry_delay is None
    else:
        assert error.next_retry_delay is not None
        assert error.next_retry_delay.total_seconds() == pytest.approx(delay, abs=2)
    await the_wait_is_over(stage)
    await succeeds(attempts, name, argument)


async def the_wait_is_over(stage: Stage) -> None:
    """Let the time have passed for which the mailbox has asked to be left alone."""
    async with stage.database.writing() as connection:
        await connection.execute(update(sender).values(throttled_until=None))


@EVERY_ACTIVITY
async def test_a_hung_service_is_left(stage: Stage, name: str) -> None:
    """Without an answer in time the attempt fails, passes, and the next one succeeds."""
    arrange, method, path = CALLS[name]
    activity, argument = await arrange(stage, stage.impatient)
    hung = stage.fault(method, path, status=503, hold_before=timedelta(seconds=1))

    error = await attempts_of(activity).failure(argument)

    assert_passing(error, "ServiceUnavailable")
    assert error.next_retry_delay is None
    assert "no answer from Graph" in str(error)
    assert hung.hits <= 1
    stage.tenant.faults.clear()
    patient, _ = await arrange(stage, stage)
    await succeeds(attempts_of(patient), name, argument)


@EVERY_ACTIVITY
@pytest.mark.parametrize("html", [False, True], ids=["json", "gateway's page"])
async def test_a_breakdown_passes(stage: Stage, name: str, *, html: bool) -> None:
    """A 5xx, also one of a gateway that speaks HTML, is tried again."""
    arrange, method, path = CALLS[name]
    activity, argument = await arrange(stage, stage)
    attempts = attempts_of(activity)
    stage.fault(method, path, status=502, html=html)

    assert_passing(await attempts.failure(argument), "ServiceUnavailable")
    await succeeds(attempts, name, argument)


@MOST
async def test_a_missing_permission_ends_the_activity(stage: Stage, name: str) -> None:
    """A 403 is for people to mend: not retried, and the message says what to grant."""
    arrange, method, path = CALLS[name]
    activity, argument = await arrange(stage, stage)
    stage.fault(method, path, status=403)

    error = await attempts_of(activity).failure(argument)

    assert_needs_admin(error, "PermissionDenied", name)
    assert "Grant " in str(error)


@MOST
async def test_no_token_ends_the_activity(stage: Stage, name: str) -> None:
    """A token that Graph refuses, and the next one, too, is for people to mend."""
    arrange, method, path = CALLS[name]
    activity, argument = await arrange(stage, stage)
    stage.fault(method, path, status=401, times=2)

    error = await attempts_of(activity).failure(argument)

    assert_needs_admin(error, "SignInFailed", name)
    assert "MICROSOFT_CLOUD" in str(error)


def assert_needs_admin(error: ApplicationError, type: str, name: str) -> None:
    """Make sure that nothing is retried at once; an import waits for an admin by itself."""
    if name == "start_enrolments":
        assert (error.type, error.non_retryable) == (type, False)
        assert error.next_retry_delay == Policy().retry_blocked
    else:
        assert_permanent(error, type)


async def succeeds(attempts: Attempts[Any], name: str, argument: Any) -> None:
    """Make the next attempt, which has nothing in its way."""
    if name == "await_registration":
        # Its success is to have looked.
        assert_passing(await attempts.failure(argument), "NotRegistered")
    else:
        await attempts.next(argument)
