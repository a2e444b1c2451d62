"""People as a file, with an entry in the audit log that says how many they are."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from tempfile import TemporaryFile
from typing import IO

import anyio.to_thread
from fastapi.responses import StreamingResponse

from client.audit.entry import audited
from client.exports.columns import CALLS
from client.exports.people import Export, csv_parts, write_workbook
from database.engine import Database
from database.enrolments.people import count_matching
from domain.tables.audit import Actor, AuditAction
from domain.tables.people import PeopleFilter, PeopleOrder
from domain.wording.counted import counted

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 256 * 1024
# Each takes a core while it is written.
_WORKBOOKS_AT_ONCE = 2
_places = asyncio.Semaphore(_WORKBOOKS_AT_ONCE)


class FileName(StrEnum):
    """What a file of people is called."""

    PEOPLE = "people"
    CALLS = "call-list"


def call_list(wanted: PeopleFilter) -> Export:
    """Return the export of those of them whose manager was told, and who haven't registered."""
    return Export(
        columns=CALLS,
        wanted=replace(wanted, escalated=True, has_ended=False),
        order=PeopleOrder.NAME,
        with_calls=True,
    )


async def csv_file(
    export: Export, name: FileName, actor: Actor, database: Database
) -> StreamingResponse:
    """Return people as CSV, read while it is sent.

    Raises:
        AuditUnavailable: it can't be logged.
        DatabaseError: the tables can't be read.
    """
    parts = _audited_parts(export, name, actor, database)
    # What can't be read or logged is found before the answer begins.
    first = await anext(parts)
    return _file(_after(first, parts), name, "csv", CSV)


async def xlsx_file(
    export: Export, name: FileName, actor: Actor, database: Database
) -> StreamingResponse:
    """Return people as a workbook.

    Raises:
        AuditUnavailable: it can't be logged.
        DatabaseError: the tables can't be read.
    """
    what = await _what(export, f"{name}.xlsx", database)
    # It is gone when it is closed.
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    async with _places, audited(database, actor, AuditAction.EXPORT, reason=what):
        await write_workbook(database, export, file)
    file.seek(0)
    return _file(_read(file), name, "xlsx", XLSX)


async def _audited_parts(
    export: Export, name: FileName, actor: Actor, database: Database
) -> AsyncGenerator[bytes]:
    what = await _what(export, f"{name}.csv", database)
    async with audited(database, actor, AuditAction.EXPORT, reason=what):
        async for part in csv_parts(database, export):
            yield part


async def _what(export: Export, name: str, database: Database) -> str:
    async with database.reading() as connection:
        total = await count_matching(connection, export.wanted)
    return f"{name}: {counted(total, 'person')}"


async def _after(first: bytes, parts: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    async with aclosing(parts):
        yield first
        async for part in parts:
            yield part


async def _read(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while part := await anyio.to_thread.run_sync(file.read, _CHUNK):
            yield part


def _file(parts: AsyncIterator[bytes], name: FileName, suffix: str, kind: str) -> StreamingResponse:
    stem = f"mfa-rollout-{name}-{datetime.now(UTC):%Y-%m-%d}"
    disposition = f'attachment; filename="{stem}.{suffix}"'
    return StreamingResponse(parts, media_type=kind, headers={"Content-Disposition": disposition})
