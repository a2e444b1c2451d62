"""From a file's text to its rows: delimiter, header line, line numbers, quoting."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from domain.imports.address import cleaned, looks_like_address
from domain.imports.columns import HEADERS, FoundColumns, address_columns, is_of_others
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault, RowReason
from domain.imports.rows import RowFault
from domain.plain_text import bounded_line

DELIMITERS = (",", ";", "\t", "|")
MAX_CELL = 1_000
# A quote that stays open longer than this was never meant to be closed.
MAX_LINES_OF_ROW = 50
# Reports begin with a title, a date, an empty line: so many rows the header may come late.
MAX_ROWS_BEFORE_HEADER = 20
# As many columns as a sheet of Excel has: a longer row takes minutes to be looked at.
MAX_COLUMNS = 16_384
# So many rows tell what the columns hold.
MAX_ROWS_COMPARED = 1_000
# So much of a header that nobody knows is quoted; so many columns are told.
MAX_HEADERS_SHOWN, MAX_HEADER_SHOWN = 12, 40
MAX_COLUMNS_TOLD = 200

BROKEN = RowFault(RowReason.BROKEN_QUOTING)
TOO_LONG = RowFault(RowReason.CELL_TOO_LONG, f"{MAX_CELL:,}")
SHIFTED = RowFault(RowReason.SHIFTED_CELLS)
EXAMPLE = RowFault(RowReason.EXAMPLE_ROW)

# Excel's first line that names the delimiter, the first line of Entra's templates, PowerShell's.
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_PREAMBLE = re.compile(r'"?version:v\d|"?#TYPE ', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row: the number of its first line as an editor shows it, and its cells or what is wrong.

    ``cells`` are those of the address columns that aren't empty, the surest first.
    """

    line: int
    cells: tuple[str, ...] = ()
    fault: RowFault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    delimiter: str
    columns: tuple[int, ...]
    width: int
    # The index of the line behind it.
    end: int
    cells: tuple[str, ...] = ()

    @property
    def found(self) -> FoundColumns:
        told = self.cells[:MAX_COLUMNS_TOLD]
        names = tuple(bounded_line(cell.strip(), MAX_HEADER_SHOWN) for cell in told)
        return FoundColumns(names=names, used=self.columns)


def read_table(text: str) -> tuple[FoundColumns, Iterator[Record]]:
    """Return the columns, and the rows behind the header that aren't blank.

    Where no header is known, the one column that holds addresses names the people. A quote that
    isn't closed would swallow the rows behind it, so only its own line is given up, and reading
    goes on with the next.

    Raises:
        ImportFileError: no column is known to name people, or there are too many.
    """
    # Line ends are kept as they are: csv wants to see them.
    lines = _unwrapped(list(io.StringIO(text, newline="")))
    named = _SEPARATOR.fullmatch(lines[0]) if lines else None
    start = 1 if named else 0
    delimiters = (named[1],) if named else DELIMITERS
    # A lone header reads the same by every delimiter; of several, the right one makes most cells.
    for find in (_header, _lone_column):
        found = [header for one in delimiters if (header := find(lines, start, one))]
        if found:
            header = max(found, key=lambda header: header.width)
            return header.found, _records(lines, header)
    raise _no_header(lines, start, delimiters)


def _unwrapped(lines: list[str]) -> list[str]:
    """Return lines each of which was saved as one quoted cell as they were before."""
    unwrapped = []
    for line in lines:
        cells, used = ([line], 1) if line.isspace() else _cells([line], 0, "\0")
        quoted = line.isspace() or line.startswith('"')
        if not quoted or used != 1 or isinstance(cells, RowFault):
            return lines
        unwrapped.append("".join(cells) if line.isspace() else f"{cells[0]}\n")
    return unwrapped


def _header(lines: list[str], start: int, delimiter: str) -> _Header | None:
    for _ in range(MAX_ROWS_BEFORE_HEADER):
        while start < len(lines) and (lines[start].isspace() or _PREAMBLE.match(lines[start])):
            start += 1
        if start == len(lines):
            return None
        cells, used = _cells(lines, start, delimiter)
        start += used
        if isinstance(cells, RowFault):
            continue
        if len(cells) > MAX_COLUMNS:
            raise ImportFileError(FileFault.TOO_MANY_COLUMNS, limit=MAX_COLUMNS)
        if columns := address_columns(cells):
            return _Header(
                delimiter=delimiter,
                columns=columns,
                width=len(cells),
                end=start,
                cells=tuple(cells),
            )
    return None


def _lone_column(lines: list[str], start: int, delimiter: str) -> _Header | None:
    """Return the header above the only column that holds addresses, known or not."""
    rows: list[tuple[int, list[str]]] = []
    while start < len(lines) and len(rows) < MAX_ROWS_COMPARED:
        cells, used = _cells(lines, start, delimiter)
        if isinstance(cells, list) and any(map(str.strip, cells)):
            rows.append((start + used, cells))
        start += used
    holding = [_places_of_addresses(cells) for _, cells in rows]
    first = next((index for index, places in enumerate(holding) if places), None)
    if first is None or first > MAX_ROWS_BEFORE_HEADER or len(set().union(*holding)) != 1:
        return None
    (column,) = holding[first]
    end, cells = rows[first - 1] if first else (0, [])
    if column < len(cells) and is_of_others(cells[column]):
        return None
    return _Header(
        delimiter=delimiter,
        columns=(column,),
        width=len(rows[first][1]),
        end=end,
        cells=tuple(cells),
    )


def _places_of_addresses(cells: list[str]) -> set[int]:
    texts = enumerate(map(cleaned, cells))
    return {place for place, text in texts if looks_like_address(text)}


def _no_header(lines: list[str], start: int, delimiters: tuple[str, ...]) -> ImportFileError:
    first = next((line for line in lines[start:] if line.strip()), "")
    rows = [_cells([first], 0, one)[0] for one in delimiters]
    cells = max((row for row in rows if isinstance(row, list)), key=len, default=[])
    shown = [bounded_line(cell.strip(), MAX_HEADER_SHOWN) for cell in cells[:MAX_HEADERS_SHOWN]]
    *others, last = HEADERS
    return ImportFileError(
        FileFault.NO_HEADER,
        found=", ".join(filter(None, shown)) or "nothing",
        headers=", ".join(others),
        last_header=last,
    )


def _records(lines: list[str], header: _Header) -> Iterator[Record]:
    start = header.end
    width, exposed = _shape(lines, header)
    while start < len(lines):
        line = start + 1
        cells, used = _cells(lines, start, header.delimiter)
        start += used
        if isinstance(cells, RowFault):
            yield Record(line=line, fault=cells)
        elif any(cell.strip() for cell in cells):
            held = [cells[column].strip() for column in header.columns if column < len(cells)]
            texts = tuple(filter(None, held))
            fault = None
            if used > 1 and any(len(text.splitlines()) > 1 for text in texts):
                # Two addresses in one cell: the quote was closed by one of another row.
                start = line
                fault = BROKEN
            elif max(map(len, cells)) > MAX_CELL:
                fault = TOO_LONG
            elif _is_example(cells):
                fault = EXAMPLE
            elif len(cells) < width and (exposed or _strangers(cells, header)):
                fault = SHIFTED
            yield Record(line=line, cells=() if fault in {BROKEN, TOO_LONG} else texts, fault=fault)


def _shape(lines: list[str], header: _Header) -> tuple[int, bool]:
    """Return how many cells a row has, and whether other columns hold addresses, too.

    Where they do, a row that has lost a cell could name somebody's manager.
    """
    start = header.end
    widths: Counter[int] = Counter()
    exposed = False
    while start < len(lines) and widths.total() < MAX_ROWS_COMPARED:
        cells, used = _cells(lines, start, header.delimiter)
        start += used
        if isinstance(cells, list) and cells:
            widths[len(cells)] += 1
            exposed = exposed or bool(_strangers(cells, header))
    return max([header.width, *(width for width, _ in widths.most_common(1))]), exposed


def _strangers(cells: list[str], header: _Header) -> set[int]:
    """Return the places of addresses in columns that don't name the row's person."""
    return _places_of_addresses(cells) - set(header.columns)


def _cells(lines: list[str], start: int, delimiter: str) -> tuple[list[str] | RowFault, int]:
    """Return the cells of the row that begins in a line, or its fault, and its number of lines."""
    if lines[start].isspace():
        return [], 1
    reader = csv.reader(
        lines[start : start + MAX_LINES_OF_ROW],
        delimiter=delimiter,
        # A blank before a quote would make the quote a letter, and its delimiters count.
        skipinitialspace=True,
        strict=True,
    )
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return TOO_LONG if len(lines[start]) > csv.field_size_limit() else BROKEN, 1


def _is_example(cells: list[str]) -> bool:
    """Say whether this is the row that Entra's templates come with."""
    first = next(filter(None, map(str.strip, cells)), "")
    return first.casefold().startswith("example:")
