"""How the report of an import looks in a terminal."""

from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.imports.report import ImportReport
from domain.imports.texts import COUNT_TEXTS, row_text


def print_report(
    out: Console, batch_id: str, report: ImportReport, last_invitation_at: datetime | None
) -> None:
    """Print what became of every row, or what would become of it."""
    table = Table("Batch", batch_id, box=None)
    for name, number in report.counts().items():
        table.add_row(COUNT_TEXTS[name], str(number))
    if last_invitation_at is not None and (report.dry_run or report.started):
        table.add_row("Last invitation", f"{last_invitation_at:%d %b %Y %H:%M} UTC at the earliest")
    out.print(table)
    remarks = report.dry_run.remarks if report.dry_run else []
    rows = [*report.rejected, *report.repeated, *report.lapsed, *remarks]
    for row in sorted(rows, key=lambda row: row.line):
        out.print(f"line {row.line}: {escape(row_text(row))}", soft_wrap=True)
    if report.dry_run:
        out.print("Dry run: nobody was started, and the list is as it was.")
