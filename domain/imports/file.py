"""A file of people as somebody made it: rows to enrol, and rows to put right, none dropped."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from domain.imports.address import NO_ADDRESS, cleaned, fault_of, may_name_somebody
from domain.imports.columns import HEADERS, FoundColumns
from domain.imports.csv_text import MAX_CELL, TOO_LONG, Record, read_table
from domain.imports.decoding import decode
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault
from domain.imports.rows import ListedPerson, ReportedRow, Row, RowFault, repeated_row
from domain.plain_text import bounded_line

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 100_000
PART_ROWS = 2_000
# Temporal takes no input of more than two million bytes, and JSON may double what is within.
PART_BYTES = 1_000_000
# Bytes of a line's fields, and of one more address, without their texts.
_FIELDS, _FIELD = 150, 3
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
    down: encoding, delimiter, case and other columns make no difference. ``columns`` are those of
    a file; people who are entered by hand have none.
    """

    parts: Sequence[Part] = ()
    people: int = 0
    content_hash: str = ""
    columns: FoundColumns | None = None

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
    columns, found = read_table(text)
    return _sorted_out(found, columns)


def read_names(names: Iterable[str]) -> ImportFile:
    """Read people who were entered by hand; a person's line is the place among them, from 1.

    Raises:
        ImportFileError: they are too many.
    """
    return _sorted_out(
        Record(line=line, cells=(name,), fault=TOO_LONG if len(name) > MAX_CELL else None)
        for line, name in enumerate(names, start=1)
    )


def read_listed(people: Iterable[ListedPerson]) -> ImportFile:
    """Read people whom the directory has listed, in the order of their UPNs; lines count from 1.

    The ObjectId finds somebody whose UPN is changed meanwhile. The same people are the same import,
    in whichever order they were listed.

    Raises:
        ImportFileError: they are too many.
    """
    ordered = sorted(people, key=lambda one: (one.user_principal_name.casefold(), one.object_id))
    return _sorted_out(
        Record(line=line, cells=(one.user_principal_name, one.object_id))
        for line, one in enumerate(ordered, start=1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row as it was understood: what may name somebody, the surest first, or what is wrong.

    Rows with the same ``key`` are the same: they name the same person, or say the same.
    """

    record: Record
    addresses: tuple[str, ...]
    fault: RowFault | None
    key: str

    def size(self) -> int:
        """Return about how many bytes a part holds of it, names of fields included."""
        shown = sum(map(len, self.record.cells)) if self.fault else 0
        return (
            _FIELDS
            + 4 * min(shown, MAX_SHOWN)
            + len(self.fault.detail if self.fault else "")
            + sum(_FIELD + len(one.encode(errors="replace")) for one in self.addresses)
        )


def _sorted_out(found: Iterable[Record], columns: FoundColumns | None = None) -> ImportFile:
    parts = []
    seen: dict[str, int] = {}
    digest = hashlib.sha256()
    left = MAX_ROWS
    found = iter(found)
    while chunk := list(islice(found, PART_ROWS)):
        left -= len(chunk)
        if left < 0:
            raise ImportFileError(FileFault.TOO_MANY_ROWS, limit=MAX_ROWS)
        lines = [_read_line(record) for record in chunk]
        parts += [_part(some, seen) for some in _cut(lines)]
        for line in lines:
            key = f"{line.record.line} {line.key}\n"
            digest.update(key.encode(errors="surrogatepass"))
    people = sum(len(part.rows) for part in parts)
    return ImportFile(
        parts=tuple(parts), people=people, content_hash=digest.hexdigest(), columns=columns
    )


def _cut(lines: Iterable[_Line]) -> Iterator[Sequence[_Line]]:
    """Cut lines into as many parts as their texts need: mostly one."""
    some: list[_Line] = []
    size = 0
    for line in lines:
        own = line.size()
        if some and size + own > PART_BYTES:
            yield some
            some, size = [], 0
        some.append(line)
        size += own
    yield some


def _part(lines: Iterable[_Line], seen: dict[str, int]) -> Part:
    """Tell the rows of some lines apart; ``seen`` holds the lines of all who were named so far."""
    rows: list[Row] = []
    rejected: list[ReportedRow] = []
    repeated: list[ReportedRow] = []
    ruled_out: list[Row] = []
    for one in lines:
        line = one.record.line
        if first := seen.get(one.key):
            repeated.append(repeated_row(line, first_line=first))
        elif one.fault:
            rejected.append(one.fault.at(line))
        else:
            seen[one.key] = line
            address, *others = one.addresses
            rows.append(Row(line=line, address=address, others=tuple(others)))
            continue
        said = bounded_line(" ".join(one.record.cells), MAX_SHOWN)
        ruled_out.append(Row(line=line, address=said))
    return Part(
        rows=tuple(rows),
        rejected=tuple(rejected),
        repeated=tuple(repeated),
        ruled_out=tuple(ruled_out),
    )


def _read_line(record: Record) -> _Line:
    """Look at a row's cells, each once, and at what is wrong with the first one at most."""
    texts = tuple(dict.fromkeys(map(cleaned, record.cells)))
    addresses = tuple(filter(may_name_somebody, texts))
    fault = record.fault
    if not addresses:
        fault = fault or next(map(fault_of, texts), None) or NO_ADDRESS
    key = " ".join(addresses or map(cleaned, record.cells)).casefold()
    return _Line(record=record, addresses=addresses, fault=fault, key=key)
