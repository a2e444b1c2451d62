"""One activity on a real worker: a workflow that does nothing else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from temporal.failures import FailureInterceptor
    from worker.build import SANDBOX


@workflow.defn
class OneActivityWorkflow:
    """Runs one activity, by name, with as many attempts as are asked for."""

    @workflow.run
    async def run(self, name: str, argument: Any, attempts: int) -> Any:
        """Return what the activity returns."""
        arguments = [] if argument is None else [argument]
        return await workflow.execute_activity(
            name,
            args=arguments,
            start_to_close_timeout=timedelta(seconds=20),
            retry_policy=RetryPolicy(
                maximum_attempts=attempts, initial_interval=timedelta(milliseconds=10)
            ),
        )


Start = Callable[[str, Any, int], Any]


@asynccontextmanager
async def worker_of(client: Client, *activities: Callable[..., Any]) -> AsyncIterator[Start]:
    """Work on a queue of its own; yields a function that starts the workflow."""
    queue = str(uuid4())

    async def start(name: str, argument: Any, attempts: int) -> WorkflowHandle[Any, Any]:
        return await client.start_workflow(
            OneActivityWorkflow.run,
            args=[name, argument, attempts],
            id=str(uuid4()),
            task_queue=queue,
        )

    async with Worker(
        client,
        task_queue=queue,
        workflows=[OneActivityWorkflow],
        activities=activities,
        workflow_runner=SANDBOX,
        interceptors=[FailureInterceptor()],
    ):
        yield start
