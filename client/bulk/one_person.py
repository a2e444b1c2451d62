"""Adding one person to the enforcement group: a request about many people that has one."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client, WorkflowFailureError

from client.bulk.start import RequestFinished, Selection, start
from database.engine import Database
from database.requests.read import read_requested
from domain.bulk.records import Outcome, PersonOutcome, RequestAction
from domain.identifiers import BULK_PREFIX, TASK_QUEUE
from domain.tables.audit import Actor

# With these the person isn't in the group, and won't be.
NOT_ADDED = frozenset(
    {
        PersonOutcome.REFUSED,
        PersonOutcome.ENDED,
        PersonOutcome.NOT_REACHED,
        PersonOutcome.STOPPED,
    }
)


async def add_person_to_group(
    client: Client,
    database: Database,
    actor: Actor,
    object_id: str,
    *,
    reason: str,
    request_id: str,
    within: timedelta,
    task_queue: str = TASK_QUEUE,
) -> Outcome | None:
    """Add somebody to the group; return what came of it, None when that isn't known yet.

    The same ``request_id`` is the same request.

    Raises:
        DatabaseError: nothing was done.
        RPCError: Temporal can't be reached, and nothing was done.
    """
    with suppress(RequestFinished):
        await start(
            client,
            database,
            actor,
            RequestAction.ADD_TO_GROUP,
            Selection(object_ids=(object_id,)),
            reason=reason,
            request_id=request_id,
            task_queue=task_queue,
        )
    with suppress(TimeoutError, WorkflowFailureError):
        async with asyncio.timeout(within.total_seconds()):
            await client.get_workflow_handle(f"{BULK_PREFIX}{request_id}").result()
    async with database.reading() as connection:
        for one in await read_requested(connection, request_id):
            if one.outcome is not None:
                return Outcome(outcome=one.outcome, reason=one.reason)
    return None
