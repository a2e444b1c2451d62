"""Workflows that can't go on since their code fails: how Temporal's server tells of them.

After some workflow-task failures or time-outs in a row the server puts what is wrong into a search
attribute of its own, and takes it away after the next task that succeeds. Whether it does so is a
matter of its version and configuration, and is told as a capability of the namespace.
https://docs.temporal.io/encyclopedia/detecting-workflow-failures
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from domain.identifiers import OUR_PREFIX

OURS = f"ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH '{OUR_PREFIX}'"
STUCK = f"{OURS} AND TemporalReportedProblems IS NOT NULL"
# A task is tried again for many a reason; the third attempt follows two that failed.
ATTEMPTS = 3
# Where the server can't be asked for them: so many are looked at one by one, so many at once.
DESCRIBED = 2_000
IN_FLIGHT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckWorkflows:
    """What a look has found.

    Attributes:
        ids: of our workflows that can't go on.
        healthy: the ids of those that can, where they were looked at one by one; None for all
            others.
        started_before: where the next look goes on, where one doesn't reach everybody.
    """

    ids: tuple[str, ...]
    healthy: frozenset[str] | None = None
    started_before: datetime | None = None


async def find_stuck(client: Client, started_before: datetime | None = None) -> StuckWorkflows:
    """Ask the server for our stuck workflows, or look at them one by one, the youngest first.

    Raises:
        RPCError: the server can't be reached.
    """
    if await reports_problems(client):
        return StuckWorkflows(ids=tuple([one.id async for one in client.list_workflows(STUCK)]))
    query = OURS
    if started_before is not None:
        query += f" AND StartTime <= '{started_before.isoformat()}'"
    some = [one async for one in client.list_workflows(query, limit=DESCRIBED)]
    stuck = await _described(client, some)
    return StuckWorkflows(
        ids=tuple(one.id for one in some if one.id in stuck),
        healthy=frozenset(one.id for one in some if one.id not in stuck),
        started_before=some[-1].start_time if len(some) == DESCRIBED else None,
    )


async def stuck_since(client: Client, workflow_id: str) -> datetime | None:
    """Return when the task that fails was due first, None for a workflow that isn't stuck."""
    try:
        raw = (await client.get_workflow_handle(workflow_id).describe()).raw_description
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None
    task = raw.pending_workflow_task
    if not raw.HasField("pending_workflow_task") or task.attempt < ATTEMPTS:
        return None
    return task.original_scheduled_time.ToDatetime(UTC)


async def reports_problems(client: Client) -> bool:
    """Say whether the server flags workflows that can't go on, so that it can be asked for them."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    described = await client.workflow_service.describe_namespace(request)
    return described.namespace_info.capabilities.reported_problems_search_attribute


async def _described(client: Client, executions: Sequence[WorkflowExecution]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(executions), IN_FLIGHT):
        ids = [one.id for one in executions[start : start + IN_FLIGHT]]
        since = await asyncio.gather(*(stuck_since(client, one) for one in ids))
        found.update(one for one, at in zip(ids, since, strict=True) if at is not None)
    return frozenset(found)
