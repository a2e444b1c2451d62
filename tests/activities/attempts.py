"""Activities performed as a worker performs them, one attempt after another."""

import re
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import uuid4

import pytest
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from domain.correlation import correlation_id
from temporal.connect import DATA_CONVERTER
from temporal.failures import FailureInterceptor
from tests.activities.ground import SECRET

T = TypeVar("T")
# An address, an access token, an id of a person or a token of a link, the client secret.
_INDISCREET = re.compile(
    rf"[\w.+-]+@[\w-]+\.\w|eyJ[\w-]{{8}}|[0-9a-f]{{8}}-[0-9a-f]{{4}}-|{SECRET}", re.IGNORECASE
)


class _Innermost(ActivityInboundInterceptor):
    """Calls the activity."""

    def __init__(self) -> None:
        """There is no next one."""

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        return await input.fn(*input.args)


class Attempts(Generic[T]):
    """The attempts of one activity: numbered, with what the last heartbeat left to the next.

    Failures come out as Temporal gets them. ``info`` replaces parts of ``activity.info()``.
    """

    def __init__(self, activity: Callable[..., Awaitable[T]], **info: Any) -> None:
        """Begin before the first attempt."""
        self._activity = activity
        self.at = datetime.now(UTC)
        self._info = {"scheduled_time": self.at, "started_time": self.at} | info
        self.details: list[Any] = []
        self.made = int(info.pop("attempt", 1)) - 1
        self.beats = 0
        self._run_id = str(uuid4())

    async def next(self, *args: Any) -> T:
        """Make one attempt."""
        self.made += 1
        environment = ActivityEnvironment()
        environment.on_heartbeat = self._beat
        information = {
            "workflow_run_id": self._run_id,
            **self._info,
            "attempt": self.made,
            "heartbeat_details": list(self.details),
        }
        environment.info = replace(ActivityEnvironment.default_info(), **information)
        chain = FailureInterceptor().intercept_activity(_Innermost())

        async def performed() -> Any:
            # Each activity of a worker has one, and reads of one go to Graph together.
            correlation_id.set(str(uuid4()))
            return await chain.execute_activity(
                ExecuteActivityInput(fn=self._activity, args=args, executor=None, headers={})
            )

        try:
            result: T = await environment.run(performed)
        except ApplicationError as error:
            assert_discreet(error)
            raise
        return result

    async def failure(self, *args: Any) -> ApplicationError:
        """Make one attempt, which fails, and return how."""
        with pytest.raises(ApplicationError) as raised:
            await self.next(*args)
        return raised.value

    def _beat(self, *details: Any) -> None:
        # What a heartbeat tells arrives as JSON, without its types.
        self.beats += 1
        converter = DATA_CONVERTER.payload_converter
        self.details = list(converter.from_payloads(converter.to_payloads(details)))


def assert_discreet(error: ApplicationError) -> None:
    """Make sure that nothing of a failure tells on anybody: what the UI and logs would show."""
    assert _INDISCREET.search(str(error)) is None
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__
    assert SECRET not in "".join(traceback.format_exception(error))


def assert_passing(error: ApplicationError, type: str) -> None:
    """Make sure that Temporal retries, and logs it as no error."""
    assert (error.type, error.non_retryable, error.category) == (
        type,
        False,
        ApplicationErrorCategory.BENIGN,
    )


def assert_permanent(error: ApplicationError, type: str) -> None:
    """Make sure that Temporal doesn't retry."""
    assert (error.type, error.non_retryable) == (type, True)
    assert error.category is not ApplicationErrorCategory.BENIGN
