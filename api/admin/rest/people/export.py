"""People as files for spreadsheets: whom the filters of the list find, or whom to call."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.files import csv_answers, xlsx_answers
from api.admin.rest.models import rest_router
from api.admin.rest.people.filters import WantedOf
from api.admin.rest.people.people import PEOPLE
from api.admin.rest.tables import TablesOf
from api.exports.people import FileName, call_list, csv_file, xlsx_file
from api.exports.rejects import unknown_rows_file
from api.services import ServicesOf
from client.exports.columns import PEOPLE as COLUMNS
from client.exports.people import Export
from domain.portal.roles import Permission
from domain.tables.audit import Actor
from domain.tables.people import PeopleOrder

router = rest_router("people")

ExporterOf = Annotated[Caller, Depends(allowed(Permission.EXPORT))]
"""Somebody who may take everybody's data away."""


async def _exporter(request: Request, services: ServicesOf, caller: ExporterOf) -> Actor:
    return caller.actor(services.addresses.of(request))


async def _people(
    wanted: WantedOf,
    *,
    sort: Annotated[PeopleOrder, Query(description="By what.")] = PeopleOrder.NAME,
    descending: Annotated[bool, Query(description="The last, or latest, first.")] = False,
) -> Export:
    return Export(columns=COLUMNS, wanted=wanted, order=sort, descending=descending)


async def _calls(wanted: WantedOf) -> Export:
    return call_list(wanted)


ActorOf = Annotated[Actor, Depends(_exporter)]
PeopleOf = Annotated[Export, Depends(_people)]
CallsOf = Annotated[Export, Depends(_calls)]


@router.get(PEOPLE + "/export.csv", operation_id="exportPeople", **csv_answers())
async def export_csv(actor: ActorOf, tables: TablesOf, export: PeopleOf) -> Response:
    """Return everybody whom a filter finds as CSV; the audit log says how many they were."""
    return await csv_file(export, FileName.PEOPLE, actor, tables)


@router.get(PEOPLE + "/export.xlsx", operation_id="exportPeopleWorkbook", **xlsx_answers())
async def export_xlsx(actor: ActorOf, tables: TablesOf, export: PeopleOf) -> Response:
    """Return everybody whom a filter finds as a workbook."""
    return await xlsx_file(export, FileName.PEOPLE, actor, tables)


@router.get(PEOPLE + "/calls.csv", operation_id="exportCalls", **csv_answers())
async def calls_csv(actor: ActorOf, tables: TablesOf, export: CallsOf) -> Response:
    """Return those whose manager was told, and who haven't registered, with telephone numbers."""
    return await csv_file(export, FileName.CALLS, actor, tables)


@router.get(PEOPLE + "/calls.xlsx", operation_id="exportCallsWorkbook", **xlsx_answers())
async def calls_xlsx(actor: ActorOf, tables: TablesOf, export: CallsOf) -> Response:
    """Return the same as a workbook."""
    return await xlsx_file(export, FileName.CALLS, actor, tables)


@router.get("/api/attention/unknown-rows.csv", operation_id="exportUnknownRows", **csv_answers())
async def unknown_rows_csv(actor: ActorOf, tables: TablesOf) -> Response:
    """Return the rows of all imports that name nobody as CSV: correct the UPNs, and import it."""
    return await unknown_rows_file(actor, tables)
