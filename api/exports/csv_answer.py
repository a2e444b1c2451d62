"""Answers with a CSV that a spreadsheet may open, row by row."""

import csv
import io
import re
from collections.abc import AsyncIterator, Sequence

from fastapi.responses import StreamingResponse

from client.exports.cells import Cell, plain_cell

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# So that Excel reads the rest as UTF-8.
_MARK = "\ufeff"


def csv_answer(
    name: str, header: Sequence[str], rows: AsyncIterator[Sequence[Cell]]
) -> StreamingResponse:
    """Return a download of these rows; no cell of it is taken for a formula."""
    file_name = f"{_UNSAFE.sub('-', name).strip('-.') or 'export'}.csv"
    return StreamingResponse(
        _lines(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


async def _lines(header: Sequence[str], rows: AsyncIterator[Sequence[Cell]]) -> AsyncIterator[str]:
    yield _MARK + _line(header)
    async for row in rows:
        yield _line([plain_cell(cell) for cell in row])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
