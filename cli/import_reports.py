"""How the reports of an import and of a preflight look in a terminal."""

from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from client.import_progress import ImportProgress
from domain.imports.file import RejectedRow
from domain.imports.report import ImportReport, PreflightReport

Counts = tuple[tuple[str, int], ...]


def print_import(out: Console, batch_id: str, sight: ImportProgress[ImportReport]) -> None:
    """Print what became of every row."""
    report = sight.report
    counts = (
        ("Started", report.started),
        ("Already enrolled", report.already_enrolled),
        ("Already finished", report.already_finished),
        ("Already active", report.already_active),
        ("Active, but no method any more", len(report.lapsed)),
        ("Cancelled earlier, left alone", report.cancelled),
        ("Repeated rows", len(report.repeated)),
        ("Rejected rows", len(report.rejected)),
    )
    _print(out, batch_id, counts, sight.last_invitation_at if report.started else None)
    _print_rows(out, report.rejected, report.repeated, report.lapsed)


def print_preflight(
    out: Console,
    batch_id: str,
    sight: ImportProgress[PreflightReport],
    last_invitation_at: datetime | None,
) -> None:
    """Print what an import would do."""
    report = sight.report
    counts = (
        ("Resolved", report.resolved),
        ("Would be invited", report.to_invite),
        ("Already enrolled", report.already_enrolled),
        ("Already finished", report.already_finished),
        ("Already active", report.already_active),
        ("Cancelled earlier, left alone", report.cancelled),
        ("Registered already", report.registered),
        ("Registration not looked at", report.registration_unread),
        ("Disabled", report.disabled),
        ("No mail address", report.no_mail),
        ("No manager", report.no_manager),
        ("Unknown", report.unknown),
        ("Guests", report.guests),
        ("Excluded", report.excluded),
        ("Repeated rows", len(report.repeated)),
        ("Rejected rows", len(report.rejected)),
    )
    _print(out, batch_id, counts, last_invitation_at)
    _print_rows(out, report.rejected, report.repeated, report.remarks)
    out.print("Dry run: nobody was started, and nothing was written.")


def _print(
    out: Console, batch_id: str, counts: Counts, last_invitation_at: datetime | None
) -> None:
    table = Table("Batch", batch_id, box=None)
    for name, number in counts:
        table.add_row(name, str(number))
    if last_invitation_at is not None:
        table.add_row("Last invitation", f"{last_invitation_at:%d %b %Y %H:%M} UTC at the earliest")
    out.print(table)


def _print_rows(out: Console, *kinds: list[RejectedRow]) -> None:
    for row in sorted((row for kind in kinds for row in kind), key=lambda row: row.line):
        out.print(f"line {row.line}: {escape(row.reason)}", soft_wrap=True)
