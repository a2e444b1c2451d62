"""How the report of an import looks in a terminal."""

from datetime import datetime

from rich.console import Console

from cli.people.tables import clock, said, table
from domain.imports.report import ImportReport
from domain.imports.texts import COUNT_TEXTS, row_text


def print_report(
    out: Console, batch_id: str, report: ImportReport, last_invitation_at: datetime | None
) -> None:
    """Print what became of every row, or what would become of it."""
    counts = table("Batch", said(batch_id))
    for name, number in report.counts().items():
        counts.add_row(COUNT_TEXTS[name], str(number))
    if last_invitation_at is not None and (report.dry_run or report.started):
        counts.add_row("Last invitation", f"{clock(last_invitation_at)} at the earliest")
    out.print(counts)
    remarks = report.dry_run.remarks if report.dry_run else []
    rows = [*report.rejected, *report.repeated, *report.lapsed, *remarks]
    for row in sorted(rows, key=lambda row: row.line):
        out.print(f"line {row.line}: {said(row_text(row))}", soft_wrap=True)
    if report.dry_run:
        out.print("Dry run: nobody was started, and the list is as it was.")
