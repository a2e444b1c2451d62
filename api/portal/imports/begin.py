"""Begins the dry run of an upload, or the import itself, and says so when Temporal is away."""

from datetime import UTC, datetime, timedelta

from api.portal.access import Visitor
from api.portal.services import Portal
from api.temporal_calls import CallRefused, TemporalUnreachable, calling_temporal
from client.audit.entry import audited
from client.imports import ImportRequest, import_record
from client.portal.recorded_import import RecordedImport, start_recorded_import
from database.imports.uploads import (
    claim_upload,
    forget_parts,
    release_upload,
    set_dry_run,
)
from domain.imports.file import ImportFile
from domain.imports.options.texts import held_text, reason_text
from domain.portal.uploads import KeptUpload, UploadOptions
from domain.tables.audit import AuditAction

STARTED_WITHIN = timedelta(minutes=1)
"""Fifty parts of a large file, each a call with half a megabyte."""


async def begin_dry_run(
    visitor: Visitor,
    portal: Portal,
    kept: KeptUpload,
    people: ImportFile,
    options: UploadOptions,
) -> None:
    """Begin the dry run that shows what an import would do; without Temporal, tell the admin."""
    request = _request(visitor, portal, kept, options, dry_run=True)
    try:
        async with calling_temporal(STARTED_WITHIN):
            started = await _start(portal, people, request)
        dry_run_id = started.import_id
        await _tell_of_held(visitor, started)
    except (TemporalUnreachable, CallRefused) as error:
        dry_run_id = None
        await visitor.tell(
            "bad",
            f"The upload is kept, and could not be looked up: {error} Press Preview once Temporal "
            "answers.",
        )
    async with portal.database.writing() as connection:
        await set_dry_run(connection, kept.upload_id, options, dry_run_id)


async def begin_import(
    visitor: Visitor,
    portal: Portal,
    kept: KeptUpload,
    people: ImportFile,
    options: UploadOptions,
) -> str | None:
    """Start the import of an upload once, however often it is asked for, and return its id.

    None where it was started already, and without Temporal: the admin is told, and nothing is lost.

    Raises:
        AuditUnavailable: nothing was started.
    """
    request = _request(visitor, portal, kept, options, dry_run=False)
    import_id = import_record(request, people).import_id
    async with portal.database.writing() as connection:
        if not await claim_upload(connection, kept.upload_id, import_id, options):
            # Another press was first, maybe for another batch: the upload leads to its import.
            return None
    try:
        reason = reason_text(options.batch_id, request.choices, options.reason)
        async with (
            audited(portal.database, visitor.actor, AuditAction.IMPORT, reason=reason) as log,
            calling_temporal(STARTED_WITHIN),
        ):
            started = await _start(portal, people, request)
            if started.held is not None:
                log.told = held_text(started.held.choices)
    except BaseException as error:
        async with portal.database.writing() as connection:
            await release_upload(connection, kept.upload_id)
        if not isinstance(error, (TemporalUnreachable, CallRefused)):
            raise
        await visitor.tell(
            "bad",
            f"The import may not have started: {error} Nothing is lost. Press Start again once "
            "Temporal answers: nobody is started twice.",
        )
        return None
    await _tell_of_held(visitor, started)
    async with portal.database.writing() as connection:
        await forget_parts(connection, kept.upload_id)
    return import_id


async def _start(portal: Portal, people: ImportFile, request: ImportRequest) -> RecordedImport:
    return await start_recorded_import(
        portal.client, portal.database, people, request, task_queue=portal.config.task_queue
    )


async def _tell_of_held(visitor: Visitor, started: RecordedImport) -> None:
    if started.held is not None:
        await visitor.tell("busy", held_text(started.held.choices))


def _request(
    visitor: Visitor, portal: Portal, kept: KeptUpload, options: UploadOptions, *, dry_run: bool
) -> ImportRequest:
    config = portal.config
    policy, pace = options.own.applied(config.policy, config.pace, config.sender_mailboxes)
    return ImportRequest(
        batch_id=options.batch_id,
        dry_run=dry_run,
        policy=policy,
        pace=pace,
        options=options.own,
        starts_at=datetime.now(UTC),
        include_cancelled=options.include_cancelled,
        restart_active=options.restart_active,
        source=kept.source,
        requested_by=visitor.session.actor_id,
        file_name=kept.file_name,
    )
