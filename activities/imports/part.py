"""What the activities on a part of an import share: input, telling rows apart, progress."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from temporalio import activity

from activities.imports.resolve_rows import UNKNOWN, ResolvedRow
from domain.enrolment.policy import Policy
from domain.enrolment.status import Source
from domain.imports.file import RejectedRow, Row
from domain.imports.pace import Pace
from domain.imports.report import Report
from domain.person import Person

# So many starts in flight saturate a server.
IN_FLIGHT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInput:
    """The rows of one part, and what their enrolments have in common.

    ``rejected`` and ``repeated`` are rows of the same lines that the file itself ruled out; the
    report has them, too. ``first_index`` is the place of the first row in the whole import, which
    counts from ``starts_at`` (aware UTC): by these and the pace everybody gets their slot.
    """

    batch_id: str
    rows: tuple[Row, ...]
    source: Source
    correlation_id: str
    rejected: tuple[RejectedRow, ...] = ()
    repeated: tuple[RejectedRow, ...] = ()
    policy: Policy = field(default_factory=Policy)
    include_cancelled: bool = False
    restart_active: bool = False
    pace: Pace = field(default_factory=Pace)
    first_index: int = 0
    starts_at: datetime | None = None

    def slot(self, line: int) -> datetime | None:
        """Return when the person of a line is invited at the earliest, None for at once."""
        if self.starts_at is None:
            return None
        place = bisect_left(self.rows, line, key=lambda row: row.line)
        return self.pace.slot(self.first_index + place, self.starts_at)


@dataclass(slots=True, kw_only=True)
class SortedRows:
    """Some rows told apart: people, each once, and rows that start nobody."""

    people: dict[str, Person] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    repeated: list[RejectedRow] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[ResolvedRow], earlier: dict[str, int]) -> "SortedRows":
        """Tell them apart; ``earlier`` holds the lines of those who came before, by ObjectId."""
        told = cls()
        for meant in rows:
            line, person = meant.row.line, meant.person
            if person is None or meant.rejection is not None:
                told.rejected.append(RejectedRow(line=line, reason=meant.rejection or UNKNOWN))
                continue
            first = earlier.get(person.object_id) or told.lines.get(person.object_id)
            if first is not None:
                reason = f"The same person as in line {first}."
                told.repeated.append(RejectedRow(line=line, reason=reason))
                continue
            told.people[person.object_id] = person
            told.lines[person.object_id] = line
        return told


def begun(input: PartInput, kind: type[Report]) -> tuple[Report, dict[str, int]]:
    """Return the report as the last attempt's last heartbeat had it, and the lines of people.

    At the first attempt it holds what the file itself ruled out.
    """
    details = activity.info().heartbeat_details
    report = progress_of(details, kind)
    if report is not None:
        return report, dict(details[1])
    return kind(rejected=list(input.rejected), repeated=list(input.repeated)), {}


def progress_of(heartbeat: Sequence[Any], kind: type[Report]) -> Report | None:
    """Return the report that a part's heartbeat holds, None where it holds nothing."""
    if not heartbeat:
        return None
    known = {one.name for one in fields(kind)}
    done = {name: value for name, value in dict(heartbeat[0]).items() if name in known}
    for name, value in done.items():
        if isinstance(value, list):
            done[name] = [RejectedRow(**row) for row in value]
    return kind(**done)
