"""The rows of an import that start nobody, as an import reads them once they are put right."""

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse

from api.exports.csv_answer import csv_answer
from client.exports.cells import Cell
from database.engine import Database
from database.imports.rows import read_rows
from domain.imports.texts import imported_row_text
from domain.tables.imports import ImportRecord

REJECTS_HEADER = ("Line", "UPN", "Reason", "Did you mean")
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
