"""Imports over HTTP: a file as the seed's function took it, or people entered by hand."""

from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError

from api.admin.auth import ImporterOf
from api.admin.batches import BATCHES, deadline_of, follow, reaching_temporal, report_answer
from api.admin.bearers import Caller
from api.admin.problems import RestRoute
from api.admin.rest.imports.batch_models import BatchReportModel, NamesModel, file_body
from api.admin.rest.models import body_of, problems
from api.config import ApiConfig
from api.services import Services, ServicesOf
from api.uploads.read_upload import UploadKind
from api.uploads.uploads import Upload
from client.audit.entry import CameOf, audited
from client.exports.json_keys import json_key
from client.import_progress import ImportWatch
from client.imports import ImportRequest, default_batch_id, held_otherwise, start_import
from domain.enrolment.messages import LONGEST_REASON
from domain.imports.file_error import ImportFileError
from domain.imports.options.options import ImportOptions
from domain.imports.options.read import ImportOptionsError, read_options
from domain.imports.options.texts import held_text, reason_text
from domain.imports.report import ImportReport
from domain.imports.rows import ReportedRow
from domain.plain_text import bounded_line
from domain.status import Source
from domain.tables.audit import AuditAction

router = APIRouter(route_class=RestRoute, tags=["imports"])

UPLOAD_USERS = "/api/upload-users"
USERS = "/api/users"

_TAKES: dict[str, Any] = {
    "status_code": HTTPStatus.ACCEPTED,
    "response_model": BatchReportModel,
    "responses": problems(400, 401, 403, 408, 413, 415, 422, 503),
}

# Fifty parts of a large file, each a call with half a megabyte.
STARTED_WITHIN = timedelta(minutes=1)


@router.post(UPLOAD_USERS, operation_id="uploadUsers", openapi_extra=file_body(), **_TAKES)
async def upload_users(request: Request, services: ServicesOf, admin: ImporterOf) -> Response:
    """Import a CSV: ``{"csv": …, "batchId": …}`` or a form with a file. 202 with the report.

    With ``dryRun`` nobody is started and nothing written. The batch runs on after the answer;
    ``Location`` tells where its report is, ``?wait=`` waits some seconds for it.
    """
    return await _take(request, services, admin, UploadKind.FILE, Source.CSV_UPLOAD)


@router.post(USERS, operation_id="addUsers", openapi_extra=body_of(NamesModel), **_TAKES)
async def add_users(request: Request, services: ServicesOf, admin: ImporterOf) -> Response:
    """Enrol people who are entered by hand: ``{"users": [UPN, …], "batchId": …}``, as above."""
    return await _take(request, services, admin, UploadKind.NAMES, Source.MANUAL)


async def _take(
    request: Request, services: Services, admin: Caller, kind: UploadKind, source: Source
) -> Response:
    until = deadline_of(request)
    upload = await services.uploads.read(request, kind)
    if not len(upload.people.parts):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "Nobody is named: nothing to do.")
    now, config = datetime.now(UTC), services.config
    options = _options(upload, config, now)
    policy, pace = options.applied(config.policy, config.pace, config.sender_mailboxes)
    try:
        import_request = ImportRequest(
            batch_id=upload.batch_id or default_batch_id(now),
            dry_run=upload.dry_run,
            policy=policy,
            pace=pace,
            options=options,
            starts_at=now,
            include_cancelled=upload.include_cancelled,
            restart_active=upload.restart_active,
            source=source,
            requested_by=admin.object_id,
            file_name=upload.file_name,
        )
    except ImportFileError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    async with (
        _audited(request, services, admin, import_request, upload.reason) as log,
        reaching_temporal(STARTED_WITHIN),
    ):
        parts = await start_import(
            services.client, upload.people, import_request, task_queue=config.task_queue
        )
        if (held := await held_otherwise(services.client, parts, import_request)) is not None:
            log.told = held_text(held.choices)
    progress = await follow(ImportWatch(parts), until)
    _tell_at_once(progress.report, upload)
    location = f"{config.root_path}{BATCHES}/{import_request.batch_id}"
    return await report_answer(
        import_request.batch_id,
        progress,
        status=HTTPStatus.ACCEPTED,
        headers={"Location": f"{location}?dryRun=true" if import_request.dry_run else location},
    )


def _audited(
    request: Request,
    services: Services,
    admin: Caller,
    asked: ImportRequest,
    why: str | None,
) -> AbstractAsyncContextManager[CameOf]:
    """Write an import to the audit log; a dry run changes nothing.

    Raises:
        AuditUnavailable: the entry can't be written, and nothing was started.
    """
    if asked.dry_run or services.database is None:
        return nullcontext(CameOf())
    actor = admin.actor(services.addresses.of(request))
    reason = reason_text(asked.batch_id, asked.choices, bounded_line(why or "", LONGEST_REASON))
    return audited(services.database, actor, AuditAction.IMPORT, reason=reason)


def _options(upload: Upload, config: ApiConfig, now: datetime) -> ImportOptions:
    """Return the options of the import.

    Raises:
        RequestValidationError: something is wrong with them; each is named.
    """
    try:
        return read_options(
            upload.options,
            mailboxes=config.sender_mailboxes,
            policy=config.policy,
            pace=config.pace,
            now=now,
            people=upload.people.people,
        )
    except ImportOptionsError as error:
        raise RequestValidationError(
            [
                {"loc": ("body", json_key(name.value)), "msg": f"{json_key(name.value)} {fault}."}
                for name, fault in error.faults.items()
            ]
        ) from None


def _tell_at_once(report: ImportReport, upload: Upload) -> None:
    """Put the rows that the file itself rules out into a report that may not have them yet."""
    report.rejected = _with(report.rejected, upload.rejected)
    report.repeated = _with(report.repeated, upload.repeated)


def _with(known: list[ReportedRow], more: tuple[ReportedRow, ...]) -> list[ReportedRow]:
    rows = {row.line: row for row in (*more, *known)}
    return [rows[line] for line in sorted(rows)]
