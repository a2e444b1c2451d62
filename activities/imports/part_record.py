"""What our tables say of one part of an import while it is worked on."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from activities.imports.part import PartInput
from domain.failures import RolloutError
from domain.imports.reasons import RowReason
from domain.imports.report import ImportReport
from domain.imports.rows import ReportedRow
from domain.tables.import_parts import PartProgress
from domain.tables.imports import ImportRow, ImportState, RowOutcome

if TYPE_CHECKING:
    from database.imports.records import ImportRecords

# While the database is away nobody's start waits for the next attempt to reach it.
RETRIED_AFTER = 30.0

_OUTCOMES = {
    RowReason.UNKNOWN: RowOutcome.UNKNOWN,
    RowReason.REPEATED: RowOutcome.REPEATED,
    RowReason.LAPSED: RowOutcome.LAPSED,
}


class PartRecord:
    """Writes a part's report into the tables, what is new each time.

    The first write of an attempt replaces all that an earlier one, or an earlier import of the same
    file, had said. What can't be written now is written with the next.
    """

    def __init__(self, records: "ImportRecords", input: PartInput) -> None:
        """Begin with nothing written."""
        self._records = records
        self._input = input
        self._values = {row.line: row.address for row in (*input.rows, *input.ruled_out)}
        self._written: set[int] | None = None
        self._not_before = 0.0

    async def update(
        self,
        report: ImportReport,
        lines: Mapping[str, int],
        state: ImportState = ImportState.RUNNING,
        trouble: RolloutError | None = None,
    ) -> None:
        """Write how far the part is, unless the database is away: then that is tried later."""
        now = asyncio.get_running_loop().time()
        if now < self._not_before:
            return
        try:
            await self._write(report, lines, state, trouble)
        except RolloutError:
            self._not_before = now + RETRIED_AFTER

    async def end(
        self,
        report: ImportReport,
        lines: Mapping[str, int],
        state: ImportState,
        trouble: RolloutError | None = None,
    ) -> None:
        """Write how the part has ended.

        Raises:
            DatabaseUnavailable: that isn't written; the part is done all the same.
        """
        await self._write(report, lines, state, trouble)

    async def _write(
        self,
        report: ImportReport,
        lines: Mapping[str, int],
        state: ImportState,
        trouble: RolloutError | None,
    ) -> None:
        part = self._input
        if part.record is None:
            return
        written = self._written or set()
        rows = self._new_rows(report, lines, written)
        progress = PartProgress(
            number=part.number,
            of_parts=part.parts,
            rows_done=report.rows_done,
            state=state,
            trouble=str(trouble) if trouble else None,
            counts={str(name): number for name, number in report.counts().items()},
        )
        everything = (min(self._values), max(self._values)) if self._values else None
        await self._records.write(
            part.record,
            progress,
            rows,
            in_place_of=everything if self._written is None else None,
        )
        self._written = written | {row.line for row in rows}

    def _new_rows(
        self, report: ImportReport, lines: Mapping[str, int], written: set[int]
    ) -> list[ImportRow]:
        people = {str(line): object_id for object_id, line in lines.items()}
        return [
            self._row(row, people.get(row.detail if _is_repeated(row) else str(row.line)))
            for row in (*report.rejected, *report.repeated, *report.lapsed)
            if row.line not in written
        ]

    def _row(self, row: ReportedRow, object_id: str | None) -> ImportRow:
        return ImportRow(
            line=row.line,
            value=self._values.get(row.line, ""),
            outcome=_OUTCOMES.get(row.reason, RowOutcome.REJECTED),
            reason=row.reason.value,
            detail=row.detail or None,
            candidates=row.candidates,
            object_id=object_id,
        )


def _is_repeated(row: ReportedRow) -> bool:
    """Return True where the row's detail is the line that named the person first."""
    return row.reason is RowReason.REPEATED
