"""One part of an import: its input, its rows told apart, and how far an attempt has come."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from temporalio import activity
from temporalio.converter import value_to_type

from activities.imports.enrolment_starter import RestartRules
from activities.imports.resolve_rows import ResolvedRow
from domain.enrolment.policy import Policy
from domain.imports.pace import Pace
from domain.imports.reasons import RowReason
from domain.imports.report import ImportReport
from domain.imports.rows import ReportedRow, Row, repeated_row
from domain.status import Source
from domain.tables.imports import ImportRecord

# So many starts in flight saturate a server.
IN_FLIGHT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInput:
    """The rows of one part, and what their enrolments have in common.

    ``rejected`` and ``repeated`` are rows of the same lines that the file itself ruled out; the
    report has them, too. ``first_index`` is the place of the first row in the whole import, which
    counts from ``starts_at`` (aware UTC): by these and the pace everybody gets their slot. A
    ``dry_run`` looks everybody up, starts nobody and changes nothing but its own report.

    ``record`` is the whole import in our tables, of which this is part ``number`` of ``parts``;
    ``ruled_out`` holds what the rows said that the file itself ruled out.
    """

    batch_id: str
    rows: tuple[Row, ...]
    source: Source
    correlation_id: str
    dry_run: bool = False
    rejected: tuple[ReportedRow, ...] = ()
    repeated: tuple[ReportedRow, ...] = ()
    policy: Policy = field(default_factory=Policy)
    include_cancelled: bool = False
    restart_active: bool = False
    pace: Pace = field(default_factory=Pace)
    first_index: int = 0
    starts_at: datetime | None = None
    # None: nothing is recorded.
    record: ImportRecord | None = None
    number: int = 1
    parts: int = 1
    ruled_out: tuple[Row, ...] = ()

    @property
    def restart(self) -> RestartRules:
        """Who is started again."""
        return RestartRules(cancelled=self.include_cancelled, active=self.restart_active)

    def slot(self, line: int) -> datetime | None:
        """Return when the person of a line is invited at the earliest, None for at once."""
        if self.starts_at is None:
            return None
        place = bisect_left(self.rows, line, key=lambda row: row.line)
        return self.pace.slot(self.first_index + place, self.starts_at)


@dataclass(slots=True, kw_only=True)
class SortedRows:
    """Some rows told apart: people, each once, and rows that start nobody.

    ``lines`` holds the line of each of the people by their ObjectId.
    """

    people: list[ResolvedRow] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    rejected: list[ReportedRow] = field(default_factory=list)
    repeated: list[ReportedRow] = field(default_factory=list)

    @classmethod
    def of(
        cls, rows: Iterable[ResolvedRow | ReportedRow], earlier: Mapping[str, int]
    ) -> "SortedRows":
        """Tell them apart; ``earlier`` holds the lines of the people of earlier rows."""
        found = cls()
        for row in rows:
            if isinstance(row, ReportedRow):
                found.rejected.append(row)
                continue
            object_id = row.person.object_id
            first = earlier.get(object_id) or found.lines.get(object_id)
            if first is None:
                found.people.append(row)
                found.lines[object_id] = row.line
            else:
                found.repeated.append(repeated_row(row.line, first_line=first))
        return found

    def reject_erased(self, erased: frozenset[str]) -> None:
        """Start none of these people; by ``lines`` their rows are kept out of our tables, too."""
        for row in [row for row in self.people if row.person.object_id in erased]:
            self.people.remove(row)
            self.rejected.append(ReportedRow(line=row.line, reason=RowReason.ERASED))


@dataclass(slots=True, kw_only=True)
class PartState:
    """How far a part has come, as heartbeats tell it to the next attempt.

    Attributes:
        report: of the rows gone through.
        lines: of the people in these rows, by ObjectId.
        held: lines of people who wait for the tracking list.
    """

    report: ImportReport
    lines: dict[str, int] = field(default_factory=dict)
    held: list[int] = field(default_factory=list)

    def tell(self) -> None:
        """Tell the next attempt; repeated while the work goes on (``heartbeats.py``)."""
        activity.heartbeat(self.report, self.lines, self.held)


def resume_from_heartbeat(input: PartInput) -> PartState:
    """Return what the last heartbeat tells.

    At the first attempt the report holds what the file itself ruled out.
    """
    details = activity.info().heartbeat_details
    if details:
        report, lines, held = details
        return PartState(
            report=value_to_type(ImportReport, report), lines=dict(lines), held=list(held)
        )
    report = ImportReport.empty(dry_run=input.dry_run)
    report.rejected += input.rejected
    report.repeated += input.repeated
    return PartState(report=report)
