"""How far an import is, what came of it, and its rows to put right and import again."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Response

from api.exports.rejects import rejects_file
from api.portal.access import FormOf, Visitor, VisitorOf
from api.portal.imports.paths import IMPORT, IMPORTS, import_path, upload_path
from api.portal.imports.standing import ROWS_SHOWN, AfterLine, Standing, read_standing
from api.portal.imports.upload import ImporterOf, keep_and_preview
from api.portal.services import Portal, PortalOf
from database.audit.actors import read_actor_names
from database.imports.imports import read_import
from domain.imports.file import ImportFile, read_names
from domain.imports.options.choices import ImportChoices
from domain.imports.options.options import ImportOptions
from domain.imports.options.texts import choice_lines
from domain.portal.uploads import KeptUpload, UploadOptions
from domain.status import Source
from domain.tables.imports import ImportRecord

router = APIRouter(include_in_schema=False)

_LONGEST = 320
_CORRECTED = "value-"


@router.get(IMPORTS + "/{import_id}")
async def show_import(
    import_id: str, visitor: VisitorOf, portal: PortalOf, after: AfterLine = 0
) -> Response:
    """Show how an import stands, and the rows that start nobody."""
    standing = await _read(portal, import_id, after)
    if standing is None:
        return await _no_import(visitor, portal)
    record = standing.record
    return await portal.pages.page(
        visitor,
        "imports/report",
        title=f"{'Dry run' if record.dry_run else 'Import'} of batch {record.batch_id}",
        section="batches",
        names=await _names(portal),
        after=after,
        again=IMPORT,
        **_values(portal, standing),
    )


@router.get(IMPORTS + "/{import_id}/standing")
async def show_standing(import_id: str, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Return how far an import is, as its page asks for every two seconds until it has ended."""
    standing = await _read(portal, import_id, 0)
    if standing is None or not standing.is_under_way:
        # The page has more to show then: the rows, and what to do with them.
        return Response(headers={"HX-Refresh": "true"})
    return portal.pages.fragment(visitor, "imports/standing", **_values(portal, standing))


@router.get(IMPORTS + "/{import_id}/rejects.csv")
async def download_rejects(import_id: str, visitor: ImporterOf, portal: PortalOf) -> Response:
    """Return the rows that start nobody, as an import reads them once they are put right."""
    async with portal.database.reading() as connection:
        record = await read_import(connection, import_id)
    if record is None:
        return await _no_import(visitor, portal)
    return rejects_file(portal.database, record)


@router.post(IMPORTS + "/{import_id}/corrected")
async def import_corrected(
    import_id: str, visitor: ImporterOf, portal: PortalOf, form: FormOf
) -> Response:
    """Take the rows that were put right as an upload of their own, for the same batch."""
    async with portal.database.reading() as connection:
        record = await read_import(connection, import_id)
    if record is None:
        return await _no_import(visitor, portal)
    given = [
        str(value).strip()[:_LONGEST]
        for name, value in form.multi_items()
        if name.startswith(_CORRECTED)
    ]
    people = read_names(one for one in given[:ROWS_SHOWN] if one)
    if not people.parts:
        await visitor.tell("bad", "Nobody is named: write at least one UPN or mail address.")
        return portal.go_to(import_path(import_id))
    kept = _corrected(visitor, record, people)
    await keep_and_preview(visitor, portal, kept, people)
    return portal.go_to(upload_path(kept.upload_id))


def _corrected(visitor: Visitor, record: ImportRecord, people: ImportFile) -> KeptUpload:
    source = record.options.get("source")
    return KeptUpload(
        upload_id=str(uuid4()),
        owner_id=visitor.session.actor_id,
        created_at=datetime.now(UTC),
        source=Source(source) if isinstance(source, str) else Source.MANUAL,
        content_hash=people.content_hash,
        people=people.people,
        options=UploadOptions(
            batch_id=record.batch_id,
            include_cancelled=record.options.get("include_cancelled") is True,
            restart_active=record.options.get("restart_active") is True,
            own=ImportOptions.from_json(record.options),
        ),
        file_name=record.file_name,
    )


async def _read(portal: Portal, import_id: str, after: int) -> Standing | None:
    async with portal.database.reading() as connection:
        return await read_standing(connection, import_id, after=after)


def _values(portal: Portal, standing: Standing) -> dict[str, Any]:
    return {
        "standing": standing,
        "options": choice_lines(ImportChoices.from_json(standing.record.options)),
        "late": standing.waited(datetime.now(UTC)),
        "here": portal.pages.root + import_path(standing.record.import_id),
    }


async def _names(portal: Portal) -> dict[str, str]:
    async with portal.database.reading() as connection:
        return await read_actor_names(connection)


async def _no_import(visitor: Visitor, portal: Portal) -> Response:
    return await portal.pages.page(
        visitor,
        "imports/no_import",
        title="There is no such import",
        section="batches",
        status=HTTPStatus.NOT_FOUND,
    )
