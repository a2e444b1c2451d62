"""Rows of imports that start nobody, as an import reads them once they are put right."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi.responses import StreamingResponse

from api.exports.csv_answer import csv_answer
from client.audit.entry import audited
from client.exports.cells import Cell
from database.engine import Database
from database.figures.attention import count_attention, read_attention
from database.imports.rows import read_rows
from database.people.attention import AttentionAt, attention_at
from domain.demo_calendar import DemoCalendar
from domain.imports.texts import imported_row_text
from domain.tables.attention import AttentionKind
from domain.tables.audit import Actor, AuditAction
from domain.tables.imports import ImportRecord
from domain.wording.counted import counted

REJECTS_HEADER = ("Line", "UPN", "Reason", "Did you mean")
# Of all imports.
UNKNOWN_HEADER = ("Line", "UPN", "Imported (UTC)", "Import")
_AT_ONCE = 1000


def rejects_file(database: Database, record: ImportRecord) -> StreamingResponse:
    """Return the rows as CSV, read while it is sent."""
    rows = _rows(database, record.import_id)
    return csv_answer(f"rejects-{record.batch_id}", REJECTS_HEADER, rows)


async def _rows(database: Database, import_id: str) -> AsyncIterator[tuple[Cell, ...]]:
    after = 0
    while True:
        async with database.reading() as connection:
            rows = await read_rows(connection, import_id, after=after, limit=_AT_ONCE)
        if not rows:
            return
        for row in rows:
            yield row.line, row.value, imported_row_text(row), ", ".join(row.candidates)
        after = rows[-1].line


async def unknown_rows_file(
    actor: Actor, database: Database, calendar: DemoCalendar | None = None
) -> StreamingResponse:
    """Return the rows of all imports that name nobody, with an entry in the audit log.

    With a demo's ``calendar`` its days stand in place of dates.

    Raises:
        AuditUnavailable: it can't be logged.
        DatabaseError: the tables can't be read.
    """
    now = datetime.now(UTC)
    async with database.reading() as connection:
        at = await attention_at(connection, now)
        counts = await count_attention(connection, at)
    what = f"unknown-rows.csv: {counted(counts.get(AttentionKind.UNKNOWN_ROW, 0), 'row')}"
    async with audited(database, actor, AuditAction.EXPORT, reason=what):
        return csv_answer("unknown-rows", UNKNOWN_HEADER, _unknown_rows(database, at, calendar))


async def _unknown_rows(
    database: Database, at: AttentionAt, calendar: DemoCalendar | None
) -> AsyncIterator[tuple[Cell, ...]]:
    offset = 0
    while True:
        async with database.reading() as connection:
            rows = await read_attention(
                connection, AttentionKind.UNKNOWN_ROW, at, offset=offset, limit=_AT_ONCE
            )
        for row in rows:
            import_id, _, line = row.key.rpartition("/")
            since = row.since if calendar is None else calendar.text_in_utc(row.since)
            yield int(line), row.detail, since, import_id
        if len(rows) < _AT_ONCE:
            return
        offset += _AT_ONCE
