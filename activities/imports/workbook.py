"""Reads a workbook in a process of its own: ``python -m activities.imports.workbook``.

On standard input an .xlsx file, on standard output a CSV in UTF-8 whose lines are the sheet's rows.
A small workbook can ask for more memory than there is, so this process may have little; it then
ends without a word, and with another status than 0. So it does where the rows are more text than a
file may hold: a string that stands in the workbook once may be a thousand cells' text.
"""

import contextlib
import csv
import io
import sys
from datetime import date
from typing import Any, BinaryIO

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from activities.imports.read_file import TOO_MUCH_TEXT
from domain.imports.file import MAX_BYTES

MEMORY = 1 << 30
CPU_SECONDS = 60


def main(source: BinaryIO, out: BinaryIO) -> None:
    """Write the first visible sheet that holds an address, else the first that holds anything.

    Raises:
        SystemExit: the sheet is too much text.
    """
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(source.read()))
    filled = []
    for sheet in workbook.sheets_metadata:
        if sheet.visible is not SheetVisibleEnum.Visible:
            continue
        # With the empty rows above the first one, so that a row's number is the sheet's.
        rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        if any("@" in _text(cell) for row in rows for cell in row):
            filled = [rows]
            break
        if rows:
            filled.append(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in filled[0] if filled else []:
        writer.writerow([_text(cell) for cell in row])
        if text.tell() > MAX_BYTES:
            sys.exit(TOO_MUCH_TEXT)
    out.write(text.getvalue().encode(errors="replace"))


def _text(cell: Any) -> str:
    """Return a cell as it looks in the sheet, on one line."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, date):
        cell = cell.isoformat()
    return " ".join(str(cell).split())


def _limit() -> None:
    """Take little memory and time, where the system can hold a process to it."""
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit()
    main(sys.stdin.buffer, sys.stdout.buffer)
