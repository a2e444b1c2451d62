"""A CSV of people as somebody made it: rows to enrol, and rows to put right, none dropped."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from charset_normalizer import from_bytes
from email_validator import EmailNotValidError, validate_email

HEADERS = ("UPN", "UserPrincipalName", "Email")
DELIMITERS = (",", ";", "\t")
MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 100_000
MAX_CELL = 1_000
# A quote that stays open longer than this was never meant to be closed.
MAX_LINES_OF_ROW = 50
PART_ROWS = 2_000


class ImportFileError(ValueError):
    """The whole file can't be used; the message says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person of the file: the line's number as an editor shows it, and a UPN or address."""

    line: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A line that starts nobody, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """What a file holds. ``content_hash`` is the same for the same people in the same order."""

    rows: tuple[Row, ...]
    rejected: tuple[RejectedRow, ...] = ()
    repeated: tuple[RejectedRow, ...] = ()
    content_hash: str = field(default="")

    def parts(self) -> list[tuple[Row, ...]]:
        """Cut the rows into parts that fit into a workflow's input."""
        return [self.rows[i : i + PART_ROWS] for i in range(0, len(self.rows), PART_ROWS)]


def read_import_file(content: bytes) -> ImportFile:
    """Read a CSV: comma, semicolon or tab; UTF-8 or UTF-16 with or without BOM, Windows-1252.

    One column must be headed ``UPN``, ``UserPrincipalName`` or ``Email``, in any case; others are
    ignored. Broken and repeated rows are reported with their line's number, good ones go on.

    Raises:
        ImportFileError: the file is too large, empty, unreadable, or has no known header.
    """
    if len(content) > MAX_BYTES:
        raise ImportFileError(
            f"The file is larger than {MAX_BYTES // 1024**2} MiB: cut it into several files."
        )
    text = _decode(content)
    if not text.strip():
        raise ImportFileError(
            f"The file is empty: it needs a header ({', '.join(HEADERS)}) and a row per person."
        )
    # Line ends are kept as they are: csv wants to see them.
    lines = list(io.StringIO(text, newline=""))
    for delimiter in DELIMITERS:
        header, start = _header(lines, delimiter)
        column = _column(header)
        if column is not None:
            return _read(_addresses(lines, start, delimiter, column))
    raise ImportFileError(
        f"No known header in the first line: name the column {', '.join(HEADERS[:-1])} or "
        f"{HEADERS[-1]}."
    )


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(content, cp_isolation=["utf_16", "cp1252"]).best()
        text = "" if best is None else str(best).removeprefix("\ufeff")
    else:
        if "\0" in text:
            text = _decode_utf_16(content)
    if content and (not text or "\0" in text):
        raise ImportFileError("The file is not text: save it as CSV (UTF-8) and try again.")
    return text


def _decode_utf_16(content: bytes) -> str:
    """Read UTF-16 without a BOM: its Latin letters are valid UTF-8, each beside a zero byte."""
    little_endian = content[1::2].count(0) > content[::2].count(0)
    try:
        return content.decode("utf-16-le" if little_endian else "utf-16-be")
    except UnicodeDecodeError:
        return ""


def _column(header: list[str]) -> int | None:
    """Return the place of the best known header; a UPN is surer than an address."""
    names = [name.strip().casefold() for name in header]
    for known in HEADERS:
        if known.casefold() in names:
            return names.index(known.casefold())
    return None


def _header(lines: list[str], delimiter: str) -> tuple[list[str], int]:
    """Return the cells of the first row that isn't blank, and where the next one begins."""
    start = 0
    while start < len(lines):
        cells, used = _record(lines, start, delimiter)
        start += used
        if cells is None or not _is_blank(cells):
            return cells or [], start
    return [], start


def _read(addresses: Iterator[tuple[int, str | None]]) -> ImportFile:
    rows: list[Row] = []
    rejected: list[RejectedRow] = []
    repeated: list[RejectedRow] = []
    seen: dict[str, int] = {}
    for line, address in addresses:
        key = (address or "").casefold()
        if reason := _fault(address):
            rejected.append(RejectedRow(line=line, reason=reason))
        elif first := seen.get(key):
            reason = f"The same person as in line {first}."
            repeated.append(RejectedRow(line=line, reason=reason))
        else:
            seen[key] = line
            rows.append(Row(line=line, address=address or ""))
        if len(rows) + len(rejected) + len(repeated) > MAX_ROWS:
            raise ImportFileError(f"More than {MAX_ROWS:,} rows: cut the file into several.")
    return ImportFile(
        rows=tuple(rows),
        rejected=tuple(rejected),
        repeated=tuple(repeated),
        content_hash=hashlib.sha256("\n".join(seen).encode()).hexdigest(),
    )


def _addresses(
    lines: list[str], start: int, delimiter: str, column: int
) -> Iterator[tuple[int, str | None]]:
    """Yield each row's line number and address, None where its quoting is broken.

    A quote that isn't closed would swallow the rows behind it, so only its own line is given up,
    and reading goes on with the next. Blank rows are left out.
    """
    while start < len(lines):
        line = start + 1
        cells, used = _record(lines, start, delimiter)
        start += used
        if cells is None:
            yield line, None
        elif not _is_blank(cells):
            address = cells[column].strip() if column < len(cells) else ""
            if len(address.splitlines()) > 1 and used > 1:
                start = line
                yield line, None
            else:
                yield line, address


def _record(lines: list[str], start: int, delimiter: str) -> tuple[list[str] | None, int]:
    """Return the cells of the record that begins in a line, and how many lines it takes."""
    reader = csv.reader(lines[start : start + MAX_LINES_OF_ROW], delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return None, 1


def _is_blank(cells: list[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def _fault(address: str | None) -> str | None:
    if address is None:
        return "Broken quoting: a quote is opened in this row and not closed as it should be."
    if not address:
        return "No UPN or address in this row."
    if len(address) > MAX_CELL:
        return f"Longer than {MAX_CELL:,} characters."
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        return f"Not a user principal name or mail address: {error}"
    return None
