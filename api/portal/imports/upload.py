"""The page on which people are uploaded, pasted or entered, and what comes of that."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from api.portal.access import CSRF_HEADER, Visitor, allowed, check_origin, check_token
from api.portal.imports.begin import begin_dry_run
from api.portal.imports.paths import IMPORT, upload_path
from api.portal.imports.standing import TONES
from api.portal.services import Portal, PortalOf
from api.services import ServicesOf
from api.uploads.read_upload import PART, UploadKind
from api.uploads.uploads import Upload
from client.imports import default_batch_id
from database.imports.imports import read_imports
from database.imports.uploads import keep_upload
from domain.imports.columns import HEADERS
from domain.imports.file import MAX_BYTES, MAX_ROWS, ImportFile
from domain.imports.texts import STATES
from domain.plain_text import bounded_line
from domain.portal.roles import Permission
from domain.portal.settings_in_force import pace_lines, window_lines
from domain.portal.uploads import KeptUpload, UploadOptions
from domain.status import Source

router = APIRouter(include_in_schema=False)

ImporterOf = Annotated[Visitor, Depends(allowed(Permission.IMPORT))]
"""Somebody who may import people."""

_LATEST = 10


@router.get(IMPORT)
async def show_form(visitor: ImporterOf, portal: PortalOf) -> Response:
    """Show the form, how the rollout is set up to invite, and the latest imports."""
    return await _form(visitor, portal)


@router.post(IMPORT)
async def take_upload(
    request: Request, visitor: ImporterOf, portal: PortalOf, services: ServicesOf
) -> Response:
    """Keep what was uploaded, begin its dry run, and lead to the preview."""
    check_origin(request)
    try:
        # Read by a process of its own, the token that proves where it comes from included.
        upload = await services.uploads.read(request, UploadKind.PAGE)
    except HTTPException as refused:
        return await _form(visitor, portal, HTTPStatus(refused.status_code), refused.detail)
    check_token(visitor, request.headers.get(CSRF_HEADER) or upload.csrf)
    if not len(upload.people.parts):
        told = "The file names nobody: it has a header, and no row under it."
        return await _form(visitor, portal, HTTPStatus.UNPROCESSABLE_ENTITY, told)
    kept = kept_upload(visitor, upload)
    await keep_and_preview(visitor, portal, kept, upload.people)
    return portal.go_to(upload_path(kept.upload_id))


async def keep_and_preview(
    visitor: Visitor, portal: Portal, kept: KeptUpload, people: ImportFile
) -> None:
    """Keep an upload, and begin its dry run.

    Raises:
        DatabaseUnavailable: it can't be kept.
    """
    async with portal.database.writing() as connection:
        parts = (PART.dump_json(part).decode() for part in people.parts)
        await keep_upload(connection, kept, parts)
    await begin_dry_run(visitor, portal, kept, people, kept.options)


def kept_upload(visitor: Visitor, upload: Upload) -> KeptUpload:
    """Return what is kept of an upload."""
    now = datetime.now(UTC)
    from_a_file = upload.people.columns is not None
    return KeptUpload(
        upload_id=str(uuid4()),
        owner_id=visitor.session.actor_id,
        created_at=now,
        source=Source.CSV_UPLOAD if from_a_file else Source.MANUAL,
        content_hash=upload.people.content_hash,
        people=upload.people.people,
        options=UploadOptions(batch_id=default_batch_id(now)),
        file_name=bounded_line(upload.file_name) if upload.file_name else None,
        columns=upload.people.columns,
    )


async def _form(
    visitor: Visitor,
    portal: Portal,
    status: HTTPStatus = HTTPStatus.OK,
    problem: str | None = None,
) -> Response:
    async with portal.database.reading() as connection:
        latest = await read_imports(connection, limit=_LATEST, dry_run=False)
    return await portal.pages.page(
        visitor,
        "imports/form",
        title="Import",
        section="import",
        status=status,
        problem=problem,
        headers=HEADERS,
        mebibytes=MAX_BYTES // 1024**2,
        most_rows=MAX_ROWS,
        settings=[*pace_lines(portal.config.pace), *window_lines(portal.config.pace.window)],
        states=STATES,
        tones=TONES,
        latest=latest,
    )
