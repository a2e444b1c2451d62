"""Runs a scheduled workflow whose one activity a test makes up."""

from collections.abc import Callable
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from tests.support.enrolments import STRICT


async def result_and_details(
    client: Client, workflow: type[Any], activity: Callable[..., Any], queue: str
) -> tuple[Any, str]:
    """Run the workflow once; return its result, and what Temporal's UI says of it."""
    async with Worker(
        client,
        task_queue=queue,
        workflows=[workflow],
        activities=[activity],
        workflow_runner=STRICT,
    ):
        result = await client.execute_workflow(workflow.run, id=queue, task_queue=queue)
        details = await client.get_workflow_handle(queue).query("__temporal_workflow_metadata")
    return result, str(details)
