"""Hands the correlation id of a workflow's input on to each of its activities."""

from typing import Any

from activities.correlation import HEADER, CorrelatedActivity
from temporalio import workflow
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteWorkflowInput,
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)


class CorrelationInterceptor(Interceptor):
    """Puts the id around workflows and activities; every worker of the rollout has it."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Take the id out of the header."""
        return CorrelatedActivity(next)

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
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
