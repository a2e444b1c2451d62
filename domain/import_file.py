"""A file of people as somebody made it: rows to enrol, and rows to put right, none dropped."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from domain.import_address import EXAMPLE, cleaned, fault_of
from domain.import_columns import HEADERS
from domain.import_text import (
    MAX_CELL,
    TOO_LONG,
    ImportFileError,
    Record,
    decode,
    records,
)

__all__ = [
    "HEADERS",
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_ROWS",
    "PART_ROWS",
    "ImportFile",
    "ImportFileError",
    "Part",
    "RejectedRow",
    "Row",
    "read_import_file",
    "read_names",
]

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 100_000
PART_ROWS = 2_000


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


T = TypeVar("T", Row, RejectedRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some lines of a file in order, few enough for a workflow's input, with all their rows."""

    rows: tuple[Row, ...]
    rejected: tuple[RejectedRow, ...] = ()
    repeated: tuple[RejectedRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """What a file holds.

    ``content_hash`` is the same for the same rows in the same lines, however they were written
    down: encoding, delimiter, case and other columns make no difference.
    """

    rows: tuple[Row, ...]
    rejected: tuple[RejectedRow, ...] = ()
    repeated: tuple[RejectedRow, ...] = ()
    content_hash: str = field(default="")

    def parts(self) -> list[Part]:
        """Cut the file into parts, so that each tells of its own lines whatever became of them."""
        kinds = (self.rows, self.rejected, self.repeated)
        lines = sorted(one.line for kind in kinds for one in kind)
        starts = [*lines[::PART_ROWS], (lines[-1] + 1) if lines else 0]
        return [
            Part(
                rows=_between(self.rows, *lines_of_part),
                rejected=_between(self.rejected, *lines_of_part),
                repeated=_between(self.repeated, *lines_of_part),
            )
            for lines_of_part in pairwise(starts)
        ]


def read_import_file(content: bytes) -> ImportFile:
    """Read a CSV: comma, semicolon, tab; UTF-8 or UTF-16 with or without BOM, Windows-1252.

    One column must be headed ``UPN``, ``UserPrincipalName``, ``Email`` or one of their relatives
    (``domain.import_columns``); others are ignored. Titles above the header are skipped, as are
    Excel's line ``sep=;`` and the first line of Entra's templates. Broken and repeated rows are
    reported with their line's number, good ones go on.

    Raises:
        ImportFileError: the file is too large, empty, unreadable, or has no known header.
    """
    if len(content) > MAX_BYTES:
        raise ImportFileError(
            f"The file is larger than {MAX_BYTES // 1024**2} MiB: cut it into several files."
        )
    text = decode(content)
    if not text.strip():
        raise ImportFileError(
            f"The file is empty: it needs a header ({', '.join(HEADERS)}) and a row per person."
        )
    found = records(text)
    if found is None:
        raise ImportFileError(
            f"No known header in the first lines: name the column {', '.join(HEADERS[:-1])} or "
            f"{HEADERS[-1]}."
        )
    return _sorted_out(found)


def read_names(names: Iterable[str]) -> ImportFile:
    """Read people who were entered by hand; a person's line is the place among them, from 1.

    Raises:
        ImportFileError: they are too many.
    """
    return _sorted_out(
        Record(line=line, text=name, fault=TOO_LONG if len(name) > MAX_CELL else None)
        for line, name in enumerate(names, start=1)
    )


def _sorted_out(found: Iterable[Record]) -> ImportFile:
    rows: list[Row] = []
    rejected: list[RejectedRow] = []
    repeated: list[RejectedRow] = []
    seen: dict[str, int] = {}
    digest = hashlib.sha256()
    for record in found:
        line, address = record.line, cleaned(record.text)
        key = address.casefold()
        if first := seen.get(key):
            repeated.append(RejectedRow(line=line, reason=f"The same person as in line {first}."))
        elif fault := record.fault or (EXAMPLE if record.is_example else fault_of(address)):
            rejected.append(RejectedRow(line=line, reason=fault))
        else:
            seen[key] = line
            rows.append(Row(line=line, address=address))
        digest.update(f"{line} {key}\n".encode(errors="surrogatepass"))
        if len(rows) + len(rejected) + len(repeated) > MAX_ROWS:
            raise ImportFileError(f"More than {MAX_ROWS:,} rows: cut the file into several.")
    return ImportFile(
        rows=tuple(rows),
        rejected=tuple(rejected),
        repeated=tuple(repeated),
        content_hash=digest.hexdigest(),
    )


def _between(rows: tuple[T, ...], first: int, end: int) -> tuple[T, ...]:
    """Return those of the rows, which are in order, that stand from one line to before another."""
    start, stop = (bisect_left(rows, line, key=lambda row: row.line) for line in (first, end))
    return rows[start:stop]
