"""A worker that dies is noticed in half a minute: activities say now and then that they live."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

EVERY = timedelta(seconds=5)


class LivenessInterceptor(Interceptor):
    """Sends heartbeats for activities that have a heartbeat timeout.

    Without them Temporal would wait for the whole ``start_to_close_timeout`` of an activity whose
    worker was killed. What the activity itself has said last, in this attempt or an earlier one, is
    said again, so that nothing is forgotten.
    https://docs.temporal.io/encyclopedia/detecting-activity-failures#activity-heartbeat
    """

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Put the heartbeats around the activity."""
        return _Alive(next)


class _Said(ActivityOutboundInterceptor):
    """Remembers what the activity has said last."""

    def __init__(self, next: ActivityOutboundInterceptor) -> None:
        super().__init__(next)
        self.last: tuple[Any, ...] | None = None

    def heartbeat(self, *details: Any) -> None:
        self.last = details
        super().heartbeat(*details)


class _Alive(ActivityInboundInterceptor):
    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        self._said = _Said(outbound)
        super().init(self._said)

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        if activity.info().heartbeat_timeout is None:
            return await super().execute_activity(input)
        beats = asyncio.create_task(self._beat())
        try:
            return await super().execute_activity(input)
        finally:
            beats.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beats

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(EVERY.total_seconds())
            said = self._said.last
            activity.heartbeat(*(activity.info().heartbeat_details if said is None else said))
