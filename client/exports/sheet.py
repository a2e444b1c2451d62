"""A worksheet that takes whole rows: a cell at a time costs the library three times as much CPU.

Its own cells are written for every kind and format that Excel has. These are plain text, numbers
and dates alone, so a row is put together here and goes where the library puts its own. That takes
private names of the library, whose version is bounded for that in ``pyproject.toml``.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from client.exports.cells import Cell
from domain.plain_text import one_line, shortened

_LONGEST = 32_000  # of a cell's text in Excel
_NO_XML = re.compile("[\ufffe\uffff]")
# What Excel reads as the code of a character.
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# Excel counts days, and knows no zones.
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_DAY = timedelta(days=1)


class RowSheet(Worksheet):  # type: ignore[misc]
    """A worksheet of a workbook in constant memory."""

    def start_rows(self, columns: int, dates: Any) -> None:
        """Prepare to take rows of so many columns, below what was written; ``dates``' format."""
        self._begins = [f'<c r="{xl_col_to_name(place)}' for place in range(columns)]
        self._date = f'" s="{dates._get_xf_index()}"><v>'  # noqa: SLF001
        self._next = self.dim_rowmax + 1

    def add_row(self, cells: Sequence[Cell]) -> None:
        """Write the next row; cells without a value are left out."""
        number = self._next
        self._next += 1
        # What is above goes out first, and the sheet learns how far it reaches.
        self._write_single_row(number)
        self._check_dimensions(number, len(cells) - 1)
        row = str(number + 1)
        written = [
            self._written(begin + row, cell)
            for begin, cell in zip(self._begins, cells, strict=True)
            if cell is not None
        ]
        self.fh.write(f'<row r="{row}">{"".join(written)}</row>')

    def _written(self, begin: str, cell: Cell) -> str:
        if isinstance(cell, str):
            return f'{begin}" t="inlineStr"><is><t>{_text(cell)}</t></is></c>'
        if isinstance(cell, bool):
            return f'{begin}" t="inlineStr"><is><t>{"yes" if cell else "no"}</t></is></c>'
        if isinstance(cell, datetime):
            return f"{begin}{self._date}{(cell - _DAY_ZERO) / _DAY:.16G}</v></c>"
        return f'{begin}"><v>{cell}</v></c>'


def _text(text: str) -> str:
    """Return other people's text as a cell may hold it."""
    line = one_line(text)
    if len(line) > _LONGEST // 2:
        line = shortened(line, _LONGEST)
    if not line.isascii():
        line = _NO_XML.sub("", line)
    if "_x" in line:
        line = _CODE.sub("_x005F_", line)
    return escape(line, quote=False)
