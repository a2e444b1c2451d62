"""Ends requests about many people whose run Temporal doesn't know, or has closed without an end."""

from datetime import datetime, timedelta

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from database.engine import Database
from database.requests.progress import finish_request
from database.requests.read import read_unfinished
from domain.identifiers import BULK_PREFIX
from domain.tables.rollout import RequestState
from temporal.refusals import is_workflow_not_found

# A start that Temporal takes later than this finds that the request has ended, and does nothing.
STARTED_WITHIN = timedelta(minutes=2)
_ANSWERS_WITHIN = timedelta(seconds=5)


async def settle_requests(client: Client, database: Database, *, now: datetime) -> None:
    """End as failed what nobody works on: its start wasn't answered, or its run was terminated.

    What Temporal runs goes on, also while it waits for a worker.

    Raises:
        DatabaseError: the tables can't be read or written.
        RPCError: Temporal can't be asked.
    """
    async with database.reading() as connection:
        unfinished = await read_unfinished(connection, before=now - STARTED_WITHIN)
    for request_id in unfinished:
        if await _runs(client, request_id):
            continue
        async with database.writing() as connection:
            await finish_request(connection, request_id, RequestState.FAILED, now)


async def _runs(client: Client, request_id: str) -> bool:
    handle = client.get_workflow_handle(f"{BULK_PREFIX}{request_id}")
    try:
        run = await handle.describe(rpc_timeout=_ANSWERS_WITHIN)
    except RPCError as error:
        if is_workflow_not_found(error):
            return False
        raise
    return run.status is WorkflowExecutionStatus.RUNNING
