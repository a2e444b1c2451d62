"""A CSV of people as somebody made it: rows to enrol, and rows to put right, none dropped."""

import csv
import hashlib
import io
from dataclasses import dataclass, field

from charset_normalizer import from_bytes
from email_validator import EmailNotValidError, validate_email

HEADERS = ("UPN", "UserPrincipalName", "Email")
DELIMITERS = (",", ";", "\t")
MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 100_000
MAX_CELL = 1_000
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
    return _read(text, _delimiter(text))


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(content, cp_isolation=["utf_16", "cp1252"]).best()
    if best is None:
        raise ImportFileError("The file is not text: save it as CSV (UTF-8) and try again.")
    return str(best).removeprefix("\ufeff")


def _delimiter(text: str) -> str:
    """Return the delimiter under which the first line has a known header."""
    first = text.lstrip("\r\n").splitlines()[0]
    for delimiter in DELIMITERS:
        if _column(next(csv.reader([first], delimiter=delimiter), [])) is not None:
            return delimiter
    raise ImportFileError(
        f"No known header in the first line: name the column {', '.join(HEADERS[:-1])} or "
        f"{HEADERS[-1]}."
    )


def _column(header: list[str]) -> int | None:
    """Return the place of the best known header; a UPN is surer than an address."""
    names = [name.strip().casefold() for name in header]
    for known in HEADERS:
        if known.casefold() in names:
            return names.index(known.casefold())
    return None


def _read(text: str, delimiter: str) -> ImportFile:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    column: int | None = None
    rows: list[Row] = []
    rejected: list[RejectedRow] = []
    repeated: list[RejectedRow] = []
    seen: dict[str, int] = {}
    digest = hashlib.sha256()
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            rejected.append(RejectedRow(line=line, reason=f"Broken quoting ({error})."))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if column is None:
            column = _column(cells)
            continue
        address = cells[column].strip() if column < len(cells) else ""
        if reason := _fault(address):
            rejected.append(RejectedRow(line=line, reason=reason))
            continue
        key = address.casefold()
        if key in seen:
            reason = f"The same person as in line {seen[key]}."
            repeated.append(RejectedRow(line=line, reason=reason))
            continue
        seen[key] = line
        digest.update(key.encode() + b"\n")
        rows.append(Row(line=line, address=address))
        if len(rows) > MAX_ROWS:
            raise ImportFileError(f"More than {MAX_ROWS:,} rows: cut the file into several.")
    return ImportFile(
        rows=tuple(rows),
        rejected=tuple(rejected),
        repeated=tuple(repeated),
        content_hash=digest.hexdigest(),
    )


def _fault(address: str) -> str | None:
    if not address:
        return "No UPN or address in this row."
    if len(address) > MAX_CELL:
        return f"Longer than {MAX_CELL:,} characters."
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        return f"Not a user principal name or mail address: {error}"
    return None
