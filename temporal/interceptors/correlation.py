"""Hands the correlation id of a workflow's input on to its activities, and to their Graph calls.

It travels in a header of each activity.
"""

import re
from collections.abc import Mapping
from typing import Any

from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    ExecuteWorkflowInput,
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from domain.correlation import correlation_id

HEADER = "mfa-rollout-correlation"
# It becomes a header of HTTP and of mails, and a row on the list may hold anything.
_FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")


class CorrelationInterceptor(Interceptor):
    """Puts the id around workflows and activities; every worker of the rollout has it."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Take the id out of the header."""
        return _CorrelatedActivity(next)

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: ARG002 - Temporal hands it over
    ) -> type[WorkflowInboundInterceptor]:
        """Put the id into the header."""
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    """Remembers the id that the workflow was started with; its run id where it has none."""

    correlation_id: str | None = None

    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound, self))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        given = getattr(input.args[0], "correlation_id", None) if input.args else None
        self.correlation_id = given or workflow.info().run_id
        return await super().execute_workflow(input)


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, next: WorkflowOutboundInterceptor, inbound: _Inbound) -> None:
        super().__init__(next)
        self._inbound = inbound

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        if self._inbound.correlation_id is not None:
            payload = workflow.payload_converter().to_payload(self._inbound.correlation_id)
            input.headers = {**input.headers, HEADER: payload}
        return super().start_activity(input)


class _CorrelatedActivity(ActivityInboundInterceptor):
    """Makes the id of the workflow's correlation that of the activity's Graph calls."""

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Set the id while the activity runs."""
        token = correlation_id.set(_read(input.headers))
        try:
            return await super().execute_activity(input)
        finally:
            correlation_id.reset(token)


def _read(headers: Mapping[str, Payload]) -> str | None:
    payload = headers.get(HEADER)
    if payload is None:
        return None
    value = activity.payload_converter().from_payload(payload, str)
    return value if _FIT.fullmatch(str(value)) else None
