"""A file of people as somebody made it: rows to enrol, and rows to put right, none dropped."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from domain.imports.address import NO_ADDRESS, cleaned, fault_of
from domain.imports.columns import HEADERS
from domain.imports.csv_text import MAX_CELL, TOO_LONG, Record, records
from domain.imports.decoding import decode
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault
from domain.imports.rows import ReportedRow, Row, RowFault, repeated_row
from domain.plain_text import bounded_line

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 100_000
PART_ROWS = 2_000
# So much of a row that starts nobody is kept for its report.
MAX_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some lines of a file in order, few enough for a workflow's input, with all their rows.

    ``ruled_out`` holds what the rejected and repeated lines say, shortened.
    """

    rows: tuple[Row, ...]
    rejected: tuple[ReportedRow, ...] = ()
    repeated: tuple[ReportedRow, ...] = ()
    ruled_out: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """What a file holds, in parts of some lines each; ``people`` counts rows that name somebody.

    ``content_hash`` is the same for the same rows in the same lines, however they were written
    down: encoding, delimiter, case and other columns make no difference.
    """

    parts: Sequence[Part] = ()
    people: int = 0
    content_hash: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that name somebody, each once."""
        return tuple(row for part in self.parts for row in part.rows)

    @property
    def rejected(self) -> tuple[ReportedRow, ...]:
        """The rows that name nobody."""
        return tuple(row for part in self.parts for row in part.rejected)

    @property
    def repeated(self) -> tuple[ReportedRow, ...]:
        """The rows that name somebody who was named before."""
        return tuple(row for part in self.parts for row in part.repeated)


def read_import_file(content: bytes) -> ImportFile:
    """Read a CSV: comma, semicolon, tab, pipe; in any encoding (``domain.imports.decoding``).

    Columns headed ``UPN``, ``UserPrincipalName``, ``Email`` or one of their relatives
    (``domain.imports.header_names``) name the people, the surest first; without one of these the
    only column that holds addresses does. Titles above the header are skipped, as are Excel's line
    ``sep=;`` and the first line of Entra's templates. Broken and repeated rows are reported with
    their line's number, good ones go on.

    Raises:
        ImportFileError: the file is too large, empty, unreadable, or has no known header.
    """
    if len(content) > MAX_BYTES:
        raise ImportFileError(FileFault.TOO_LARGE, mebibytes=MAX_BYTES // 1024**2)
    text = decode(content)
    if not text.strip():
        raise ImportFileError(FileFault.EMPTY, headers=", ".join(HEADERS))
    return _sorted_out(records(text))


def read_names(names: Iterable[str]) -> ImportFile:
    """Read people who were entered by hand; a person's line is the place among them, from 1.

    Raises:
        ImportFileError: they are too many.
    """
    return _sorted_out(
        Record(line=line, cells=(name,), fault=TOO_LONG if len(name) > MAX_CELL else None)
        for line, name in enumerate(names, start=1)
    )


def _sorted_out(found: Iterable[Record]) -> ImportFile:
    parts = []
    seen: dict[str, int] = {}
    digest = hashlib.sha256()
    left = MAX_ROWS
    found = iter(found)
    while chunk := list(islice(found, PART_ROWS)):
        left -= len(chunk)
        if left < 0:
            raise ImportFileError(FileFault.TOO_MANY_ROWS, limit=MAX_ROWS)
        parts.append(_part(chunk, seen))
        for record in chunk:
            key = f"{record.line} {_key(record)}\n"
            digest.update(key.encode(errors="surrogatepass"))
    people = sum(len(part.rows) for part in parts)
    return ImportFile(parts=tuple(parts), people=people, content_hash=digest.hexdigest())


def _part(chunk: Iterable[Record], seen: dict[str, int]) -> Part:
    """Tell the rows of some lines apart; ``seen`` holds the lines of all who were named so far."""
    rows: list[Row] = []
    rejected: list[ReportedRow] = []
    repeated: list[ReportedRow] = []
    ruled_out: list[Row] = []
    for record in chunk:
        line, addresses, key = record.line, _addresses(record), _key(record)
        if first := seen.get(key):
            repeated.append(repeated_row(line, first_line=first))
        elif fault := record.fault or (None if addresses else _fault(record)):
            rejected.append(fault.at(line))
        else:
            seen[key] = line
            rows.append(Row(line=line, address=addresses[0], others=addresses[1:]))
            continue
        said = bounded_line(" ".join(record.cells), MAX_SHOWN)
        ruled_out.append(Row(line=line, address=said))
    return Part(
        rows=tuple(rows),
        rejected=tuple(rejected),
        repeated=tuple(repeated),
        ruled_out=tuple(ruled_out),
    )


def _addresses(record: Record) -> tuple[str, ...]:
    """Return what may name somebody, each once."""
    texts = dict.fromkeys(map(cleaned, record.cells))
    return tuple(text for text in texts if fault_of(text) is None)


def _fault(record: Record) -> RowFault:
    """Return what is wrong with the surest cell of a row that names nobody."""
    return next(filter(None, map(fault_of, map(cleaned, record.cells))), NO_ADDRESS)


def _key(record: Record) -> str:
    """Return what makes a row the same as another: whom it names, or else what it says."""
    return " ".join(_addresses(record) or map(cleaned, record.cells)).casefold()
