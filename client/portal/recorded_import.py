"""Starts an import that our tables show from the first moment, before a worker has begun."""

from temporalio.client import Client

from client.imports import ImportRequest, import_record, start_import
from database.engine import Database
from database.imports.imports import forget_import, put_import, read_import
from domain.imports.file import ImportFile
from domain.tables.imports import ImportRecord, ImportState

_UNDER_WAY = {ImportState.RUNNING, ImportState.WAITING}


async def start_recorded_import(
    client: Client,
    database: Database,
    file: ImportFile,
    request: ImportRequest,
    *,
    task_queue: str,
) -> str:
    """Record an import or a dry run, start it, and return its id.

    The same again joins what is under way; what has ended begins once more.

    Raises:
        DatabaseUnavailable: nothing was started.
        RPCError: Temporal can't be reached; the tables say what they said before. What was started
            goes on, start again.
        TimeoutError: likewise.
    """
    record = import_record(request, file)
    async with database.writing() as connection:
        before = await read_import(connection, record.import_id)
        begins = before is None or before.state not in _UNDER_WAY
        if begins:
            await put_import(connection, record)
    try:
        await start_import(client, file, request, task_queue=task_queue)
    except BaseException:
        if begins:
            await _take_back(database, record, before)
        raise
    return record.import_id


async def _take_back(database: Database, record: ImportRecord, before: ImportRecord | None) -> None:
    async with database.writing() as connection:
        if before is not None:
            await put_import(connection, before)
        else:
            await forget_import(connection, record.import_id)
