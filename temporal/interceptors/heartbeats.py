"""A worker that dies is noticed in half a minute: each activity says now and then that it lives."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

EVERY = timedelta(seconds=5)
# The SDK passes a heartbeat on once in four fifths of this time.
LONGEST_SILENCE = timedelta(seconds=30)


class HeartbeatInterceptor(Interceptor):
    """Gives every activity a heartbeat timeout, and sends its heartbeats.

    Without them Temporal would wait for the whole ``start_to_close_timeout`` of an activity whose
    worker was killed. What the activity itself has said last, in this attempt or an earlier one, is
    said again, so that nothing is forgotten.
    https://docs.temporal.io/encyclopedia/detecting-activity-failures#activity-heartbeat
    """

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Put the heartbeats around the activity."""
        return _Alive(next)

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: ARG002 - Temporal hands it over
    ) -> type[WorkflowInboundInterceptor]:
        """Put the timeout on each activity that a workflow starts."""
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        input.heartbeat_timeout = min(input.heartbeat_timeout or LONGEST_SILENCE, LONGEST_SILENCE)
        return super().start_activity(input)


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
