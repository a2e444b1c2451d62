"""How a request about many people is followed and stopped."""

from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.service import RPCError

from client.audit.entry import audited
from database.engine import Database
from database.requests.progress import finish_request
from database.requests.read import read_request
from domain.bulk.records import RequestAction, RequestRecord
from domain.identifiers import BULK_PREFIX
from domain.tables.audit import Actor, AuditAction
from domain.tables.rollout import RequestState
from temporal.refusals import is_workflow_not_found
from workflows.bulk.bulk_request import BulkRequestWorkflow
from workflows.bulk.undo_import import UndoImportWorkflow


class NoSuchRequest(Exception):
    """No request about many people has this id."""


class RequestEnded(Exception):
    """The request has ended, so there is nothing to stop."""


async def progress(database: Database, request_id: str) -> RequestRecord:
    """Return how far a request is, and what came of it.

    Raises:
        NoSuchRequest: there is none by this id.
        DatabaseUnavailable: the tables can't be read.
    """
    async with database.reading() as connection:
        record = await read_request(connection, request_id)
    if record is None:
        raise NoSuchRequest
    return record


async def stop(
    client: Client, database: Database, actor: Actor, request_id: str, *, reason: str
) -> None:
    """Stop a request after the people whose turn it is; what is done stays done.

    One that Temporal doesn't know ends at once: whoever recorded it was killed before it began, or
    Temporal was restored from a backup.

    Raises:
        NoSuchRequest: there is none by this id.
        RequestEnded: it has ended already.
        DatabaseError: nothing was done.
        RPCError: Temporal can't be reached.
    """
    record = await progress(database, request_id)
    if record.state.is_final:
        raise RequestEnded
    undo = record.action == RequestAction.UNDO_IMPORT
    handle = client.get_workflow_handle(f"{BULK_PREFIX}{request_id}")
    said = f"{reason} (request {request_id})"
    async with audited(database, actor, AuditAction.STOP_REQUEST, reason=said):
        try:
            await handle.signal(UndoImportWorkflow.stop if undo else BulkRequestWorkflow.stop)
        except RPCError as error:
            if not is_workflow_not_found(error):
                raise
            if (await progress(database, request_id)).state.is_final:
                raise RequestEnded from None
            async with database.writing() as connection:
                now = datetime.now(UTC)
                await finish_request(connection, request_id, RequestState.STOPPED, now)
