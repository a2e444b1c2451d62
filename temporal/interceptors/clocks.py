"""A worker whose clock is wrong does nothing until it is right.

Deadlines go by Temporal's clock, and what has happened by the worker's: a mail that is dated weeks
too early is followed by its reminders at once, and one that is dated too late fills the budgets.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.failures import FailureType
from domain.instants import CLOCKS_DIFFER
from temporal.failures import waiting

ASK_AGAIN = timedelta(seconds=30)
_LOGGED_EVERY = 60.0

log = logging.getLogger(__name__)


class ClockInterceptor(Interceptor):
    """Begins no activity while this machine's clock and Temporal's differ."""

    def __init__(self) -> None:
        """Begin with nothing logged."""
        self._logged_at = float("-inf")

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Put the comparison before the activity."""
        return _Compared(next, self)

    def check(self, started_at: datetime) -> None:
        """Compare this clock with the instant at which Temporal's server gave out the attempt.

        Raises:
            ApplicationError: they differ (``WRONG_CLOCK``); tried again in half a minute.
        """
        ahead = datetime.now(UTC) - started_at  # noqa: TID251 - of an activity, whose clock it is
        if abs(ahead) <= CLOCKS_DIFFER:
            return
        now = asyncio.get_running_loop().time()
        if now - self._logged_at >= _LOGGED_EVERY:
            self._logged_at = now
            log.error("clock is wrong", extra={"seconds_ahead": round(ahead.total_seconds())})
        raise waiting(
            "This worker's clock differs from Temporal's by more than five minutes: set it right.",
            type=FailureType.WRONG_CLOCK,
            next_retry_delay=ASK_AGAIN,
        )


class _Compared(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, clock: ClockInterceptor) -> None:
        super().__init__(next)
        self._clock = clock

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        self._clock.check(activity.info().started_time)
        return await super().execute_activity(input)
