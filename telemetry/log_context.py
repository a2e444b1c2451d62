"""Says in each log line of an activity whose it is: workflow, activity and attempt."""

from typing import Any

from structlog.contextvars import bind_contextvars, reset_contextvars
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor


class LogContextInterceptor(Interceptor):
    """Puts the ids around activities; also what Graph's client logs meanwhile has them."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Bind the ids while the activity runs."""
        return _WithContext(next)


class _WithContext(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        # Not ``bound_contextvars``, which goes through all variables of the context first.
        tokens = bind_contextvars(
            workflow_id=info.workflow_id, activity=info.activity_type, attempt=info.attempt
        )
        try:
            return await super().execute_activity(input)
        finally:
            reset_contextvars(**tokens)
