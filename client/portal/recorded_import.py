"""Starts an import that our tables show from the first moment, before a worker has begun."""

from dataclasses import dataclass

from temporalio.client import Client

from client.imports import HeldImport, ImportRequest, held_otherwise, import_record, start_import
from database.engine import Database
from database.imports.imports import forget_import, put_import, read_import, set_choices
from domain.imports.file import ImportFile
from domain.tables.imports import ImportRecord, ImportState


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedImport:
    """An import that was asked for, and what holds for it where that is something else."""

    import_id: str
    held: HeldImport | None


_UNDER_WAY = {ImportState.RUNNING, ImportState.WAITING}


async def start_recorded_import(
    client: Client,
    database: Database,
    file: ImportFile,
    request: ImportRequest,
    *,
    task_queue: str,
) -> RecordedImport:
    """Record an import or a dry run, and start it.

    The same again joins what is under way, and the tables say what was chosen for that; what has
    ended begins once more.

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
        parts = await start_import(client, file, request, task_queue=task_queue)
    except BaseException:
        if begins:
            await _take_back(database, record, before)
        raise
    held = await held_otherwise(client, parts, request)
    if begins and held is not None:
        async with database.writing() as connection:
            await set_choices(
                connection,
                record.import_id,
                {"source": request.source.value, **held.choices.as_json()},
                requested_by=held.requested_by,
                requested_at=held.began_at,
                last_invitation_at=held.last_invitation_at,
            )
    return RecordedImport(import_id=record.import_id, held=held)


async def _take_back(database: Database, record: ImportRecord, before: ImportRecord | None) -> None:
    async with database.writing() as connection:
        if before is not None:
            await put_import(connection, before)
        else:
            await forget_import(connection, record.import_id)
