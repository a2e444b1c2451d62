"""The Temporal server of a benchmark: one of its own, or one that is given and left as it was."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from client.schedules import TIMETABLES, delete_schedule
from client.setup import check_search_attributes
from demo.layout import Layout
from demo.processes import DemoError
from domain.identifiers import ENROLMENT_WORKFLOW
from temporal.connect import connect
from temporal.histories import delete_history

_ENROLMENTS = f"WorkflowType = '{ENROLMENT_WORKFLOW}'"
_CALLS_AT_ONCE = 20
# The server deletes in the background, within a minute as a rule.
_DELETED_WITHIN = timedelta(minutes=5)
_LOOK_EVERY = timedelta(milliseconds=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenServer:
    """A Temporal server that is there already: a client of it, and the settings that name it."""

    client: Client
    environment: Mapping[str, str]


@asynccontextmanager
async def temporal_server(
    layout: Layout, given: GivenServer | None
) -> AsyncIterator[tuple[Client, dict[str, str]]]:
    """Give a client of the server, and the settings by which processes find it.

    Raises:
        DemoError: the given namespace has enrolments in it.
    """
    if given is None:
        # Nothing in the environment may lead elsewhere.
        elsewhere = {one: "" for one in os.environ if one.startswith("TEMPORAL_")}
        yield await connect(layout.temporal), {**elsewhere, "TEMPORAL_ADDRESS": layout.temporal}
        return
    client = given.client
    await check_search_attributes(client)
    if (await client.count_workflows(_ENROLMENTS)).count:
        raise DemoError(
            f"The namespace {client.namespace} has enrolments in it: name an empty one with "
            "TEMPORAL_NAMESPACE, since a benchmark terminates all that run."
        )
    made = [one.schedule_id for one in TIMETABLES if not await _is_there(client, one.schedule_id)]
    try:
        yield client, dict(given.environment)
    finally:
        # By their ids: Temporal's list of schedules is some seconds late.
        for schedule_id in made:
            await delete_schedule(client, schedule_id)
        await _delete_enrolments(client)
        await end_all(client)


async def _is_there(client: Client, schedule_id: str) -> bool:
    try:
        await client.get_schedule_handle(schedule_id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


async def end_all(client: Client) -> None:
    """Terminate every workflow that runs in the client's namespace."""
    turns = asyncio.Semaphore(_CALLS_AT_ONCE)

    async def end(workflow_id: str) -> None:
        async with turns:
            await client.get_workflow_handle(workflow_id).terminate("the benchmark is over")

    running = [one.id async for one in client.list_workflows("ExecutionStatus = 'Running'")]
    await asyncio.gather(*(end(one) for one in running), return_exceptions=True)


async def _delete_enrolments(client: Client) -> None:
    """Delete the enrolments, of which there were none before, so that the next benchmark may run.

    Those that run are terminated by that. What the server hasn't deleted in five minutes it deletes
    later.
    """
    turns = asyncio.Semaphore(_CALLS_AT_ONCE)

    async def delete(workflow_id: str, run_id: str) -> None:
        async with turns:
            await delete_history(client, workflow_id, run_id)

    found = [(one.id, one.run_id) async for one in client.list_workflows(_ENROLMENTS)]
    await asyncio.gather(*(delete(*one) for one in found))
    for _ in range(_DELETED_WITHIN // _LOOK_EVERY):
        if not (await client.count_workflows(_ENROLMENTS)).count:
            return
        await asyncio.sleep(_LOOK_EVERY.total_seconds())
