"""Runs a short workflow for somebody who waits for its result."""

import asyncio
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.types import MethodAsyncSingleParam

P = TypeVar("P")
R = TypeVar("R")


async def result_of(
    client: Client,
    run: MethodAsyncSingleParam[Any, P, R],
    input: P,
    *,
    prefix: str,
    request_id: str | None,
    task_queue: str,
    within: timedelta,
    static_summary: str | None = None,
) -> R | None:
    """Return what a workflow returns, None where that takes too long.

    At twice that time Temporal ends it, since nobody waits for it any more. A request that comes
    again, by its id, is the same one, unless it has failed.

    Args:
        client: the client of our namespace.
        run: the run method of the workflow.
        input: what it is given.
        prefix: with what the ids of such workflows begin.
        request_id: the request's id; None for one that can't come again.
        task_queue: where our workers are.
        within: how long it is waited for.
        static_summary: what Temporal's UI says of it.

    Raises:
        WorkflowFailureError: the worker couldn't.
        RPCError: Temporal refuses.
    """
    workflow_id = prefix + (request_id or str(uuid4()))
    try:
        handle = await client.start_workflow(
            run,
            input,
            id=workflow_id,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            # What failed, or found no worker, is tried again.
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            task_queue=task_queue,
            execution_timeout=2 * within,
            static_summary=static_summary,
        )
    except WorkflowAlreadyStartedError:
        handle = client.get_workflow_handle_for(run, workflow_id)
    try:
        return await asyncio.wait_for(handle.result(), within.total_seconds())
    except TimeoutError:
        return None
