"""What an upload would do when it is imported, and the buttons that preview or start it."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.portal.access import FormOf, Visitor
from api.portal.imports.begin import begin_dry_run, begin_import
from api.portal.imports.calendar import calendar_plot, invitations_by_day
from api.portal.imports.options import FilledForm, filled_by, form_values, read_form
from api.portal.imports.paths import IMPORT, import_path, upload_path
from api.portal.imports.standing import AfterLine, Standing, read_standing
from api.portal.imports.upload import ImporterOf
from api.portal.services import Portal, PortalOf
from api.uploads.uploads import Parts
from database.imports.uploads import read_parts, read_upload
from domain.imports.file import ImportFile
from domain.imports.options.texts import option_lines
from domain.portal.settings_in_force import pace_lines, window_lines
from domain.portal.uploads import KeptUpload

router = APIRouter(include_in_schema=False)

_START = "start"
_RANKS = ("Names the person; looked up first", "Looked up where the first is nobody's")


@router.get(IMPORT + "/{upload_id}")
async def show_preview(
    upload_id: UUID, visitor: ImporterOf, portal: PortalOf, after: AfterLine = 0
) -> Response:
    """Show how the file was read, what an import may be told, and what it would do."""
    kept, standing = await _read(visitor, portal, upload_id, after)
    if kept is None:
        return await _not_kept(visitor, portal)
    if kept.import_id is not None:
        return portal.go_to(import_path(kept.import_id))
    return await _preview(visitor, portal, kept, standing, after=after)


async def _preview(
    visitor: Visitor,
    portal: Portal,
    kept: KeptUpload,
    standing: Standing | None,
    *,
    after: int = 0,
    filled: FilledForm | None = None,
) -> Response:
    return await portal.pages.page(
        visitor,
        "imports/preview",
        title="Preview of an import",
        section="import",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if filled and filled.faults else HTTPStatus.OK,
        columns=_columns(kept),
        settings=[*pace_lines(portal.config.pace), *window_lines(portal.config.pace.window)],
        **form_values(portal, filled or filled_by(kept.options)),
        **await _values(portal, kept, standing, after),
    )


@router.get(IMPORT + "/{upload_id}/standing")
async def show_standing(upload_id: UUID, visitor: ImporterOf, portal: PortalOf) -> Response:
    """Return how far the preview is, as the page asks for every two seconds until it is done."""
    kept, standing = await _read(visitor, portal, upload_id, 0)
    if kept is None:
        return Response(headers={"HX-Refresh": "true"})
    return portal.pages.fragment(
        visitor, "imports/preview_standing", **await _values(portal, kept, standing, 0)
    )


@router.post(IMPORT + "/{upload_id}")
async def act(upload_id: UUID, visitor: ImporterOf, portal: PortalOf, form: FormOf) -> Response:
    """Look everybody up once more by what is chosen now, or start the import."""
    kept, standing = await _read(visitor, portal, upload_id, 0)
    if kept is None:
        return await _not_kept(visitor, portal)
    if kept.import_id is not None:
        return portal.go_to(import_path(kept.import_id))
    filled, options = read_form(portal, form, kept.people)
    if options is None:
        return await _preview(visitor, portal, kept, standing, filled=filled)
    people = await _people(portal, kept)
    if form.get("do") != _START:
        await begin_dry_run(visitor, portal, kept, people, options)
        return portal.go_to(upload_path(kept.upload_id))
    import_id = await begin_import(visitor, portal, kept, people, options)
    return portal.go_to(import_path(import_id) if import_id else upload_path(kept.upload_id))


async def _read(
    visitor: Visitor, portal: Portal, upload_id: UUID, after: int
) -> tuple[KeptUpload | None, Standing | None]:
    now = datetime.now(UTC)
    async with portal.database.reading() as connection:
        kept = await read_upload(
            connection, str(upload_id), owner_id=visitor.session.actor_id, now=now
        )
        standing = None
        if kept is not None and kept.dry_run_id is not None:
            standing = await read_standing(connection, kept.dry_run_id, after=after)
    return kept, standing


async def _values(
    portal: Portal, kept: KeptUpload, standing: Standing | None, after: int
) -> dict[str, Any]:
    config = portal.config
    pace = kept.options.own.pace(config.pace, config.sender_mailboxes, config.policy.day)
    now = datetime.now(UTC)
    to_invite = standing.to_invite if standing and not standing.is_under_way else 0
    names = portal.day_names(now)
    by_day = invitations_by_day(pace, to_invite, names)
    return {
        "kept": kept,
        "standing": standing,
        "late": standing is not None and standing.waited(now),
        "after": after,
        "here": portal.pages.root + upload_path(kept.upload_id),
        "need": pace.need(to_invite),
        "last_day": names.long(max(by_day)) if by_day else None,
        "per_day": pace.invitations_per_day,
        "mailbox_count": pace.senders,
        "options": option_lines(kept.options.own),
        "calendar": await portal.plots.draw(calendar_plot(by_day, names), key="calendar")
        if by_day
        else None,
    }


def _columns(kept: KeptUpload) -> list[tuple[str, str]]:
    """Return every column of the file with how it is read."""
    if kept.columns is None:
        return []
    used = kept.columns.used
    names = kept.columns.names or tuple(f"Column {place + 1}" for place in used)
    return [(name, _reading(place, used)) for place, name in enumerate(names)]


def _reading(place: int, used: tuple[int, ...]) -> str:
    if place not in used:
        return "Not read"
    return _RANKS[min(used.index(place), 1)]


async def _people(portal: Portal, kept: KeptUpload) -> ImportFile:
    async with portal.database.reading() as connection:
        parts = await read_parts(connection, kept.upload_id)
    return ImportFile(
        parts=Parts(parts),
        people=kept.people,
        content_hash=kept.content_hash,
        columns=kept.columns,
    )


async def _not_kept(visitor: Visitor, portal: Portal) -> Response:
    return await portal.pages.page(
        visitor,
        "imports/not_kept",
        title="This upload is not kept any more",
        section="import",
        status=HTTPStatus.NOT_FOUND,
    )
