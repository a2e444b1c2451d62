"""What became of the rows of an import, or would become of them: counts, and rows by line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from domain.imports.reasons import RowReason
from domain.imports.rows import ReportedRow


class StartOutcome(StrEnum):
    """What became of a person; in a dry run, what would become of them."""

    STARTED = "started"
    ALREADY_ENROLLED = "already_enrolled"
    ALREADY_FINISHED = "already_finished"
    ALREADY_ACTIVE = "already_active"
    LAPSED = "lapsed"
    """Active, but no method any more."""
    CANCELLED = "cancelled"


class Count(StrEnum):
    """Everything of which a report tells how many there are."""

    STARTED = "started"
    RESOLVED = "resolved"
    TO_INVITE = "to_invite"
    ALREADY_ENROLLED = "already_enrolled"
    ALREADY_FINISHED = "already_finished"
    ALREADY_ACTIVE = "already_active"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    REGISTERED = "registered"
    REGISTRATION_UNREAD = "registration_unread"
    DISABLED = "disabled"
    NO_MAIL = "no_mail"
    NO_MANAGER = "no_manager"
    UNKNOWN = "unknown"
    GUESTS = "guests"
    EXCLUDED = "excluded"
    REPEATED = "repeated"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a dry run knows of somebody who would be started.

    ``registered`` is None where nobody has looked. ``remarks`` are obstacles ahead.
    """

    registered: bool | None
    remarks: tuple[RowReason, ...] = ()

    @property
    def can_be_invited(self) -> bool:
        """Say whether a mail could be sent now."""
        return not {RowReason.DISABLED, RowReason.NO_MAIL} & set(self.remarks)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonResult:
    """What became, or would become, of the person in a line.

    There is a ``forecast`` in a dry run, for people who would be started.
    """

    line: int
    outcome: StartOutcome
    forecast: Forecast | None = None


@dataclass(slots=True, kw_only=True)
class DryRunReport:
    """What only a dry run tells.

    ``resolved`` are people whom the rows name and the rollout may enrol, enrolled or not. Of those
    who would be started, ``registered`` need no mail, ``registration_unread`` weren't looked at,
    and ``to_invite`` would get an invitation; ``remarks`` name obstacles by line.
    """

    resolved: int = 0
    to_invite: int = 0
    registered: int = 0
    registration_unread: int = 0
    remarks: list[ReportedRow] = field(default_factory=list)

    def count(self, result: PersonResult) -> None:
        """Count a person."""
        self.resolved += 1
        forecast = result.forecast
        if forecast is None:
            return
        if forecast.registered:
            self.registered += 1
            return
        self.registration_unread += forecast.registered is None
        self.to_invite += forecast.can_be_invited
        self.remarks += [ReportedRow(line=result.line, reason=one) for one in forecast.remarks]

    def add(self, part: "DryRunReport") -> None:
        """Add the report of a part."""
        self.resolved += part.resolved
        self.to_invite += part.to_invite
        self.registered += part.registered
        self.registration_unread += part.registration_unread
        self.remarks += part.remarks


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What became of the rows of a part, or of a whole import.

    ``rows_done`` counts the rows that are accounted for; ``rejected`` are rows that start nobody,
    ``repeated`` those that name somebody who was named before, ``lapsed`` people who were active
    and have no method any more. A dry run starts nobody, and tells the rest in ``dry_run``.
    """

    rows_done: int = 0
    started: int = 0
    already_enrolled: int = 0
    already_finished: int = 0
    already_active: int = 0
    cancelled: int = 0
    rejected: list[ReportedRow] = field(default_factory=list)
    repeated: list[ReportedRow] = field(default_factory=list)
    lapsed: list[ReportedRow] = field(default_factory=list)
    dry_run: DryRunReport | None = None

    @classmethod
    def empty(cls, *, dry_run: bool) -> "ImportReport":
        """Return the report of an import, or of a dry run, that has done nothing yet."""
        return cls(dry_run=DryRunReport() if dry_run else None)

    def count(self, result: PersonResult) -> None:
        """Count what became, or would become, of a person."""
        if self.dry_run is not None:
            self.dry_run.count(result)
        match result.outcome:
            case StartOutcome.STARTED:
                self.started += self.dry_run is None
            case StartOutcome.ALREADY_ENROLLED:
                self.already_enrolled += 1
            case StartOutcome.ALREADY_FINISHED:
                self.already_finished += 1
            case StartOutcome.ALREADY_ACTIVE:
                self.already_active += 1
            case StartOutcome.CANCELLED:
                self.cancelled += 1
            case StartOutcome.LAPSED:
                self.lapsed.append(ReportedRow(line=result.line, reason=RowReason.LAPSED))
            case _:
                assert_never(result.outcome)

    def add(self, part: "ImportReport") -> None:
        """Add the report of a part to that of the whole."""
        self.rows_done += part.rows_done
        self.started += part.started
        self.already_enrolled += part.already_enrolled
        self.already_finished += part.already_finished
        self.already_active += part.already_active
        self.cancelled += part.cancelled
        self.rejected += part.rejected
        self.repeated += part.repeated
        self.lapsed += part.lapsed
        if part.dry_run is not None:
            self.dry_run = self.dry_run or DryRunReport()
            self.dry_run.add(part.dry_run)

    def in_order(self) -> "ImportReport":
        """Return the report with all its rows in the order of their lines."""
        remarks = self.dry_run.remarks if self.dry_run else []
        for rows in (self.rejected, self.repeated, self.lapsed, remarks):
            rows.sort(key=lambda row: row.line)
        return self

    def counts(self) -> Mapping[Count, int]:
        """Return what is counted, in the order in which it is shown."""
        rows = {Count.REPEATED: len(self.repeated), Count.REJECTED: len(self.rejected)}
        known = {
            Count.ALREADY_ENROLLED: self.already_enrolled,
            Count.ALREADY_FINISHED: self.already_finished,
            Count.ALREADY_ACTIVE: self.already_active,
        }
        if self.dry_run is None:
            lapsed = {Count.LAPSED: len(self.lapsed), Count.CANCELLED: self.cancelled}
            return {Count.STARTED: self.started} | known | lapsed | rows
        first = {
            Count.RESOLVED: self.dry_run.resolved,
            Count.TO_INVITE: self.dry_run.to_invite,
        }
        ahead = {
            Count.CANCELLED: self.cancelled,
            Count.REGISTERED: self.dry_run.registered,
            Count.REGISTRATION_UNREAD: self.dry_run.registration_unread,
            Count.DISABLED: _counted(self.dry_run.remarks, RowReason.DISABLED),
            Count.NO_MAIL: _counted(self.dry_run.remarks, RowReason.NO_MAIL),
            Count.NO_MANAGER: _counted(self.dry_run.remarks, RowReason.NO_MANAGER),
            Count.UNKNOWN: _counted(self.rejected, RowReason.UNKNOWN),
            Count.GUESTS: _counted(self.rejected, RowReason.GUEST),
            Count.EXCLUDED: _counted(self.rejected, RowReason.EXCLUDED),
        }
        return first | known | ahead | rows


def _counted(rows: Iterable[ReportedRow], reason: RowReason) -> int:
    return sum(row.reason is reason for row in rows)
