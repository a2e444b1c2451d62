"""The list of people as a file: what its filters find, or whom to call."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import IO, Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from api.portal.access import Visitor, allowed
from api.portal.csv_answer import csv_answer
from api.portal.paths import PORTAL
from api.portal.people.list_query import PEOPLE, list_query
from api.portal.services import PortalOf
from client.audit.entry import audited
from client.exports.cells import Cell
from client.exports.columns import CALLS
from client.exports.columns import PEOPLE as PEOPLE_COLUMNS
from client.exports.people import Export, csv_parts, write_workbook
from database.engine import Database
from database.enrolments.people import count_matching
from database.figures.attention import count_attention, read_attention
from domain.portal.roles import Permission
from domain.tables.attention import AttentionKind
from domain.tables.audit import AuditAction
from domain.tables.people import PeopleOrder

router = APIRouter(include_in_schema=False)

Exporter = Annotated[Visitor, Depends(allowed(Permission.EXPORT))]

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNKNOWN_ROWS = f"{PORTAL}/attention/unknown-rows.csv"
# As the rejects of one import have them.
UNKNOWN_HEADER = ("Line", "UPN", "Imported (UTC)", "Import")
_ROWS_AT_ONCE = 1000
_CHUNK = 256 * 1024
# Each takes a core while it is written.
_WORKBOOKS_AT_ONCE = 2
_places = asyncio.Semaphore(_WORKBOOKS_AT_ONCE)


@router.get(f"{PEOPLE}/export.csv")
async def export_csv(request: Request, visitor: Exporter, portal: PortalOf) -> Response:
    """Send everybody whom the filters find, as CSV."""
    return await _send_csv(_people(request), "people", visitor, portal.database)


@router.get(f"{PEOPLE}/export.xlsx")
async def export_xlsx(request: Request, visitor: Exporter, portal: PortalOf) -> Response:
    """Send everybody whom the filters find, as a workbook."""
    return await _send_xlsx(_people(request), "people", visitor, portal.database)


@router.get(f"{PEOPLE}/calls.csv")
async def calls_csv(request: Request, visitor: Exporter, portal: PortalOf) -> Response:
    """Send those of them whose manager was told, and who haven't registered, as CSV."""
    return await _send_csv(_calls(request), "call-list", visitor, portal.database)


@router.get(f"{PEOPLE}/calls.xlsx")
async def calls_xlsx(request: Request, visitor: Exporter, portal: PortalOf) -> Response:
    """Send those of them whose manager was told, and who haven't registered, as a workbook."""
    return await _send_xlsx(_calls(request), "call-list", visitor, portal.database)


@router.get(UNKNOWN_ROWS)
async def unknown_rows_csv(visitor: Exporter, portal: PortalOf) -> Response:
    """Send the rows of imports that name nobody, as an import reads them once corrected."""
    now, database = datetime.now(UTC), portal.database
    async with database.reading() as connection:
        counts = await count_attention(connection, now=now)
    what = f"unknown-rows.csv: {counts.get(AttentionKind.UNKNOWN_ROW, 0)} rows"
    async with audited(database, visitor.actor, AuditAction.EXPORT, reason=what):
        return csv_answer("unknown-rows", UNKNOWN_HEADER, _unknown_rows(database, now))


async def _unknown_rows(database: Database, now: datetime) -> AsyncIterator[tuple[Cell, ...]]:
    offset = 0
    while True:
        async with database.reading() as connection:
            rows = await read_attention(
                connection, AttentionKind.UNKNOWN_ROW, now=now, offset=offset, limit=_ROWS_AT_ONCE
            )
        for row in rows:
            import_id, _, line = row.key.rpartition("/")
            yield int(line), row.detail, row.since, import_id
        if len(rows) < _ROWS_AT_ONCE:
            return
        offset += _ROWS_AT_ONCE


def _people(request: Request) -> Export:
    query = list_query(request.query_params)
    return Export(
        columns=PEOPLE_COLUMNS,
        wanted=query.filter,
        order=query.order,
        descending=query.descending,
    )


def _calls(request: Request) -> Export:
    wanted = replace(list_query(request.query_params).filter, escalated=True, has_ended=False)
    return Export(columns=CALLS, wanted=wanted, order=PeopleOrder.NAME, with_calls=True)


async def _send_csv(
    export: Export, name: str, visitor: Visitor, database: Database
) -> StreamingResponse:
    parts = _audited_parts(export, name, visitor, database)
    # What can't be read or logged is found before the answer begins.
    first = await anext(parts)
    return _file(_after(first, parts), name, "csv", CSV)


async def _audited_parts(
    export: Export, name: str, visitor: Visitor, database: Database
) -> AsyncGenerator[bytes]:
    what = await _what(export, f"{name}.csv", database)
    async with audited(database, visitor.actor, AuditAction.EXPORT, reason=what):
        async for part in csv_parts(database, export):
            yield part


async def _send_xlsx(
    export: Export, name: str, visitor: Visitor, database: Database
) -> StreamingResponse:
    what = await _what(export, f"{name}.xlsx", database)
    # It is gone when it is closed.
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    async with _places, audited(database, visitor.actor, AuditAction.EXPORT, reason=what):
        await write_workbook(database, export, file)
    file.seek(0)
    return _file(_read(file), name, "xlsx", XLSX)


async def _what(export: Export, name: str, database: Database) -> str:
    async with database.reading() as connection:
        total = await count_matching(connection, export.wanted)
    return f"{name}: {total} {'person' if total == 1 else 'people'}"


async def _after(first: bytes, parts: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    async with aclosing(parts):
        yield first
        async for part in parts:
            yield part


async def _read(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while part := await anyio.to_thread.run_sync(file.read, _CHUNK):
            yield part


def _file(parts: AsyncIterator[bytes], name: str, suffix: str, kind: str) -> StreamingResponse:
    stem = f"mfa-rollout-{name}-{datetime.now(UTC):%Y-%m-%d}"
    disposition = f'attachment; filename="{stem}.{suffix}"'
    return StreamingResponse(parts, media_type=kind, headers={"Content-Disposition": disposition})
