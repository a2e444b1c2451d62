"""The batches: where their people stand, what their imports did, and which mails are planned."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.portal.access import Visitor, VisitorOf
from api.portal.imports.paths import BATCHES
from api.portal.imports.standing import TONES
from api.portal.overview.figures import FIGURES
from api.portal.services import Portal, PortalOf
from database.audit.actors import read_actor_names
from database.errors import UnknownBatch
from database.figures.counts import count_by_batch, count_by_department, count_people
from database.figures.planned_mails import PlannedMails, read_planned
from database.imports.imports import read_imports
from domain.imports.options.choices import ImportChoices
from domain.imports.options.texts import choices_text
from domain.imports.texts import STATES
from domain.tables.imports import ImportRecord, ImportState
from domain.tables.people import PeopleCount

router = APIRouter(include_in_schema=False)

_IMPORTS = 500
_UNDER_WAY = frozenset({ImportState.RUNNING, ImportState.WAITING})


@router.get(BATCHES)
async def show_batches(visitor: VisitorOf, portal: PortalOf) -> Response:
    """List the batches, the latest import first, and the mails of the next days."""
    async with portal.database.reading() as connection:
        counts = await count_by_batch(connection)
        records = await read_imports(connection, dry_run=False, limit=_IMPORTS)
    planned = await portal.planned.read(lambda: _all_planned(portal))
    latest: dict[str, ImportRecord] = {}
    for record in records:
        latest.setdefault(record.batch_id, record)
    others = sorted(set(counts) - set(latest))
    rows = [
        (batch_id, counts.get(batch_id, PeopleCount()), latest.get(batch_id))
        for batch_id in [*latest, *others]
    ]
    return await portal.pages.page(
        visitor,
        "imports/batches",
        title="Batches",
        section="batches",
        rows=rows,
        planned=planned,
        day_names=_day_names(planned, portal),
        **_words(portal),
    )


@router.get(BATCHES + "/{batch_id}")
async def show_batch(batch_id: str, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show where the people of a batch stand, its imports, and its mails of the next days.

    While an import of the batch is under way, the page asks for the first of these again.
    """
    try:
        async with portal.database.reading() as connection:
            counted = await count_people(connection, batch_id=batch_id)
            departments = await count_by_department(connection, batch_id=batch_id)
            records = await read_imports(connection, batch_id=batch_id)
            planned = await _planned(connection, portal, batch_id)
            names = await read_actor_names(connection)
    except UnknownBatch:
        return await no_batch(visitor, portal)
    standing = {
        "batch_id": batch_id,
        "counted": counted,
        "records": [(one, choices_text(ImportChoices.from_json(one.options))) for one in records],
        "names": names,
        "is_under_way": any(one.state in _UNDER_WAY for one in records),
        **_words(portal),
    }
    if visitor.is_fragment:
        return portal.pages.fragment(visitor, "imports/batch_standing", **standing)
    return await portal.pages.page(
        visitor,
        "imports/batch",
        title=f"Batch {batch_id}",
        section="batches",
        departments=sorted(departments.items(), key=lambda one: (one[0] is None, one[0] or "")),
        planned=planned,
        day_names=_day_names(planned, portal),
        **standing,
    )


def _words(portal: Portal) -> dict[str, Any]:
    return {
        **FIGURES,
        "states": STATES,
        "tones": TONES,
        "planned_zone": portal.config.time_zone,
    }


async def _all_planned(portal: Portal) -> PlannedMails:
    """Read the planned mails of all batches, for everybody who looks at the same time."""
    async with portal.database.reading() as connection:
        return await _planned(connection, portal)


async def _planned(
    connection: AsyncConnection, portal: Portal, batch_id: str | None = None
) -> PlannedMails:
    zone = ZoneInfo(portal.config.time_zone)
    return await read_planned(
        connection,
        now=datetime.now(UTC),
        zone=zone,
        batch_id=batch_id,
        calendar=portal.portal.demo_calendar,
    )


def _day_names(planned: PlannedMails, portal: Portal) -> list[str]:
    names = portal.day_names(planned.at)
    if names.calendar is None:
        return [f"{one:%a} {names.short(one)}" for one in planned.days]
    return [names.short(one) for one in planned.days]


async def no_batch(visitor: Visitor, portal: Portal) -> Response:
    """Return the page that says so: no batch has this id."""
    return await portal.pages.page(
        visitor,
        "imports/no_batch",
        title="There is no such batch",
        section="batches",
        status=HTTPStatus.NOT_FOUND,
    )
