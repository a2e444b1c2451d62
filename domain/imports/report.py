"""What became of the rows of an import, or would become of them: counts, and rows by line."""

from dataclasses import dataclass, field, fields
from typing import TypeVar

from domain.imports.file import RejectedRow


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What became of the rows of a part, or of a whole import.

    ``rows_done`` counts the people who are accounted for; ``rejected`` are rows that start nobody,
    ``repeated`` those that name somebody who was named before, ``lapsed`` people who were active
    and have no method any more.
    """

    rows_done: int = 0
    started: int = 0
    already_enrolled: int = 0
    already_finished: int = 0
    already_active: int = 0
    cancelled: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    repeated: list[RejectedRow] = field(default_factory=list)
    lapsed: list[RejectedRow] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class PreflightReport:
    """What an import would do. ``resolved`` are people whom it may enrol, enrolled or not.

    ``unknown``, ``guests`` and ``excluded`` tell apart those of the ``rejected`` rows that the
    directory rules out. Of the resolved some are left alone (``already_…``, ``cancelled``), and
    ``registered`` need no mail; ``registration_unread`` weren't looked at. ``disabled``,
    ``no_mail`` and ``no_manager`` have an obstacle ahead, which ``remarks`` name by line.
    ``to_invite`` would get an invitation.
    """

    rows_done: int = 0
    resolved: int = 0
    to_invite: int = 0
    already_enrolled: int = 0
    already_finished: int = 0
    already_active: int = 0
    cancelled: int = 0
    unknown: int = 0
    guests: int = 0
    excluded: int = 0
    registered: int = 0
    registration_unread: int = 0
    disabled: int = 0
    no_mail: int = 0
    no_manager: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    repeated: list[RejectedRow] = field(default_factory=list)
    remarks: list[RejectedRow] = field(default_factory=list)


Report = TypeVar("Report", ImportReport, PreflightReport)


def add(whole: Report, part: Report) -> None:
    """Add a part's report to that of the whole."""
    for one in fields(part):
        setattr(whole, one.name, getattr(whole, one.name) + getattr(part, one.name))


def in_order(report: Report) -> Report:
    """Return the report with all its rows in the order of their lines."""
    for one in fields(report):
        value = getattr(report, one.name)
        if isinstance(value, list):
            value.sort(key=lambda row: row.line)
    return report
