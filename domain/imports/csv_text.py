"""From a file's bytes to its rows: encoding, delimiter, header line, line numbers, quoting."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from charset_normalizer import from_bytes

from domain.imports.columns import address_columns
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault, RowReason
from domain.imports.rows import RowFault

DELIMITERS = (",", ";", "\t", "|")
MAX_CELL = 1_000
# A quote that stays open longer than this was never meant to be closed.
MAX_LINES_OF_ROW = 50
# Reports begin with a title, a date, an empty line: so many rows the header may come late.
MAX_ROWS_BEFORE_HEADER = 20

BROKEN = RowFault(RowReason.BROKEN_QUOTING)
TOO_LONG = RowFault(RowReason.CELL_TOO_LONG, f"{MAX_CELL:,}")
EXAMPLE = RowFault(RowReason.EXAMPLE_ROW)

# Excel's first line that names the delimiter, the first line of Entra's templates, PowerShell's.
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_PREAMBLE = re.compile(r'"?version:v\d|"?#TYPE ', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row: the number of its first line as an editor shows it, and its cells or what is wrong.

    ``text`` is the first cell that isn't empty among those of the address columns.
    """

    line: int
    text: str = ""
    fault: RowFault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    delimiter: str
    columns: tuple[int, ...]
    width: int
    # The index of the line behind it.
    end: int


def decode(content: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16 with or without BOM, else Windows-1252.

    Raises:
        ImportFileError: it isn't text.
    """
    try:
        if content[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return content.decode("utf-16")
        if b"\0" in content:
            # UTF-16 without a BOM: each Latin letter has a zero byte at its side.
            little_endian = content[1::2].count(0) > content[::2].count(0)
            return content.decode("utf-16-le" if little_endian else "utf-16-be")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # One byte a letter would make text of anything: this one looks whether it makes sense.
        best = from_bytes(content, cp_isolation=["cp1252"]).best()
    if best is None:
        raise ImportFileError(FileFault.NOT_TEXT)
    return str(best)


def records(text: str) -> Iterator[Record] | None:
    """Yield the rows behind the header that aren't blank; None where no header is known.

    A quote that isn't closed would swallow the rows behind it, so only its own line is given up,
    and reading goes on with the next.
    """
    # Line ends are kept as they are: csv wants to see them.
    lines = list(io.StringIO(text, newline=""))
    header = _find_header(lines)
    return None if header is None else _records(lines, header)


def _find_header(lines: list[str]) -> _Header | None:
    named = _SEPARATOR.fullmatch(lines[0]) if lines else None
    start = 1 if named else 0
    headers = [_header(lines, start, one) for one in ((named[1],) if named else DELIMITERS)]
    # A lone header reads the same by every delimiter; of several, the right one makes most cells.
    return max((one for one in headers if one), key=lambda one: one.width, default=None)


def _header(lines: list[str], start: int, delimiter: str) -> _Header | None:
    for _ in range(MAX_ROWS_BEFORE_HEADER):
        while start < len(lines) and (lines[start].isspace() or _PREAMBLE.match(lines[start])):
            start += 1
        if start == len(lines):
            return None
        cells, used = _cells(lines, start, delimiter)
        start += used
        if isinstance(cells, list) and (columns := address_columns(cells)):
            return _Header(delimiter=delimiter, columns=columns, width=len(cells), end=start)
    return None


def _records(lines: list[str], header: _Header) -> Iterator[Record]:
    start = header.end
    while start < len(lines):
        line = start + 1
        cells, used = _cells(lines, start, header.delimiter)
        start += used
        if isinstance(cells, RowFault):
            yield Record(line=line, fault=cells)
        elif any(cell.strip() for cell in cells):
            held = [cells[column].strip() for column in header.columns if column < len(cells)]
            text = next(filter(None, held), "")
            if used > 1 and len(text.splitlines()) > 1:
                # Two addresses in one cell: the quote was closed by one of another row.
                start = line
                yield Record(line=line, fault=BROKEN)
            elif max(map(len, cells)) > MAX_CELL:
                yield Record(line=line, fault=TOO_LONG)
            else:
                yield Record(line=line, text=text, fault=EXAMPLE if _is_example(cells) else None)


def _cells(lines: list[str], start: int, delimiter: str) -> tuple[list[str] | RowFault, int]:
    """Return the cells of the row that begins in a line, or its fault, and its number of lines."""
    if lines[start].isspace():
        return [], 1
    reader = csv.reader(lines[start : start + MAX_LINES_OF_ROW], delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error as error:
        return TOO_LONG if "field limit" in str(error) else BROKEN, 1


def _is_example(cells: list[str]) -> bool:
    """Say whether this is the row that Entra's templates come with."""
    first = next(filter(None, map(str.strip, cells)), "")
    return first.casefold().startswith("example:")
