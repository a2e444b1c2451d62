"""Changes of workflow code that no history fits, made to every workflow alike by an interceptor."""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)


class WaitsFirst(Interceptor):
    """Every workflow waits a minute before it begins."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        """Put the wait in front."""
        return _Waiting


class OtherActivities(Interceptor):
    """Every activity has another name."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        """Put the other names in."""
        return _Renaming


class _Waiting(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        await workflow.sleep(timedelta(minutes=1))
        return await super().execute_workflow(input)


class _Renaming(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_OtherNames(outbound))


class _OtherNames(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        input.activity = f"{input.activity}_anew"
        return super().start_activity(input)
