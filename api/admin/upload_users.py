"""Imports over HTTP: a file as the seed's function took it, or people entered by hand."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from api.admin.auth import AdminOf
from api.admin.batches import (
    BATCHES,
    PREFLIGHTS,
    deadline_of,
    follow,
    preflight_json,
    reaching_temporal,
)
from api.admin.bearers import Caller
from api.admin.import_reports import batch_json
from api.admin.upload_child import FILE, NAMES
from api.admin.uploads import Upload
from api.services import Services, ServicesOf
from client.import_progress import ImportWatch
from client.imports import BatchStart, default_batch_id, start_batch, start_preflight
from domain.enrolment.status import Source
from domain.imports.file import ImportFileError, RejectedRow
from domain.imports.report import ImportReport, PreflightReport

router = APIRouter()

UPLOAD_USERS = "/api/upload-users"
USERS = "/api/users"

# Fifty parts of a large file, each a call with half a megabyte.
STARTED_WITHIN = timedelta(minutes=1)


@router.post(UPLOAD_USERS)
async def upload_users(request: Request, services: ServicesOf, admin: AdminOf) -> Response:
    """Import a CSV: ``{"csv": …, "batchId": …}`` or a form with a file. 202 with the report.

    With ``dryRun`` nobody is started and nothing written. The batch runs on after the answer;
    ``Location`` tells where its report is, ``?wait=`` waits some seconds for it.
    """
    return await _take(request, services, admin, FILE, Source.CSV_UPLOAD)


@router.post(USERS)
async def add_users(request: Request, services: ServicesOf, admin: AdminOf) -> Response:
    """Enrol people who are entered by hand: ``{"users": [UPN, …], "batchId": …}``, as above."""
    return await _take(request, services, admin, NAMES, Source.MANUAL)


async def _take(
    request: Request, services: Services, admin: Caller, kind: str, source: Source
) -> Response:
    until = deadline_of(request)
    upload = await services.uploads.read(request, kind)
    if not len(upload.people.parts):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "Nobody is named: nothing to do.")
    now = datetime.now(UTC)
    try:
        start = BatchStart(
            batch_id=upload.batch_id or default_batch_id(now),
            policy=services.config.policy,
            pace=services.config.pace,
            starts_at=now,
            include_cancelled=upload.include_cancelled,
            restart_active=upload.restart_active,
            source=source,
            requested_by=admin.object_id,
        )
    except ImportFileError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    answer = _foreseen if upload.dry_run else _imported
    return await answer(services, upload, start, until)


async def _imported(
    services: Services, upload: Upload, start: BatchStart, until: float
) -> Response:
    async with reaching_temporal(STARTED_WITHIN):
        parts = await start_batch(
            services.client, upload.people, start, task_queue=services.config.task_queue
        )
    sight = await follow(ImportWatch(ImportReport, parts), until)
    _tell_at_once(sight.report, upload)
    body = batch_json(
        start.batch_id, sight, dry_run=False, last_invitation_at=sight.last_invitation_at
    )
    return _accepted(body, f"{services.config.root_path}{BATCHES}/{start.batch_id}")


async def _foreseen(
    services: Services, upload: Upload, start: BatchStart, until: float
) -> Response:
    async with reaching_temporal(STARTED_WITHIN):
        parts = await start_preflight(
            services.client, upload.people, start, task_queue=services.config.task_queue
        )
    sight = await follow(ImportWatch(PreflightReport, parts), until)
    _tell_at_once(sight.report, upload)
    body = preflight_json(services, start.batch_id, sight)
    return _accepted(body, f"{services.config.root_path}{PREFLIGHTS}/{start.batch_id}")


def _tell_at_once(report: ImportReport | PreflightReport, upload: Upload) -> None:
    """Put the rows that the file itself rules out into a report that may not have them yet."""
    report.rejected = _with(report.rejected, upload.rejected)
    report.repeated = _with(report.repeated, upload.repeated)


def _with(known: list[RejectedRow], more: tuple[RejectedRow, ...]) -> list[RejectedRow]:
    rows = {row.line: row for row in (*more, *known)}
    return [rows[line] for line in sorted(rows)]


def _accepted(body: object, location: str) -> Response:
    return JSONResponse(body, status_code=HTTPStatus.ACCEPTED, headers={"Location": location})
