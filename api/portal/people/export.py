"""The list of people as a file: what its filters find, or whom to call."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.exports.people import FileName, call_list, csv_file, xlsx_file
from api.exports.rejects import unknown_rows_file
from api.portal.access import UnknownFilters, Visitor, allowed
from api.portal.paths import PORTAL
from api.portal.people.list_query import PEOPLE, ListQuery, list_query
from api.portal.services import Portal, PortalOf
from client.exports.columns import PEOPLE as PEOPLE_COLUMNS
from client.exports.columns import in_days
from client.exports.people import Export
from domain.portal.roles import Permission

router = APIRouter(include_in_schema=False)

Exporter = Annotated[Visitor, Depends(allowed(Permission.EXPORT))]

UNKNOWN_ROWS = f"{PORTAL}/attention/unknown-rows.csv"


@router.get(f"{PEOPLE}/export.csv")
async def export_csv(request: Request, visitor: Exporter, portal: PortalOf) -> Response:
    """Send everybody whom the filters find, as CSV.

    Raises:
        UnknownFilters: the address has such.
    """
    return await csv_file(_people(request, portal), FileName.PEOPLE, visitor.actor, portal.database)


@router.get(f"{PEOPLE}/export.xlsx")
async def export_xlsx(request: Request, visitor: Exporter, portal: PortalOf) -> Response:
    """Send everybody whom the filters find, as a workbook."""
    return await xlsx_file(
        _people(request, portal), FileName.PEOPLE, visitor.actor, portal.database
    )


@router.get(f"{PEOPLE}/calls.csv")
async def calls_csv(request: Request, visitor: Exporter, portal: PortalOf) -> Response:
    """Send those of them whose manager was told, and who haven't registered, as CSV."""
    return await csv_file(_calls(request, portal), FileName.CALLS, visitor.actor, portal.database)


@router.get(f"{PEOPLE}/calls.xlsx")
async def calls_xlsx(request: Request, visitor: Exporter, portal: PortalOf) -> Response:
    """Send those of them whose manager was told, and who haven't registered, as a workbook."""
    return await xlsx_file(_calls(request, portal), FileName.CALLS, visitor.actor, portal.database)


@router.get(UNKNOWN_ROWS)
async def unknown_rows_csv(visitor: Exporter, portal: PortalOf) -> Response:
    """Send the rows of imports that name nobody, as an import reads them once corrected."""
    return await unknown_rows_file(visitor.actor, portal.database, portal.portal.demo_calendar)


def _people(request: Request, portal: Portal) -> Export:
    query = _asked(request)
    return Export(
        columns=in_days(PEOPLE_COLUMNS, portal.portal.demo_calendar),
        wanted=query.filter,
        order=query.order,
        descending=query.descending,
    )


def _calls(request: Request, portal: Portal) -> Export:
    export = call_list(_asked(request).filter)
    return replace(export, columns=in_days(export.columns, portal.portal.demo_calendar))


def _asked(request: Request) -> ListQuery:
    query = list_query(request.query_params)
    if query.unknown:
        raise UnknownFilters(query.unknown)
    return query
