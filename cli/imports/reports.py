"""How the report of an import looks in a terminal."""

from datetime import datetime

from rich.console import Console
from rich.markup import escape

from cli.output.tables import clock, said, table
from domain.imports.options.choices import ImportChoices
from domain.imports.options.texts import choice_lines
from domain.imports.pace import Pace
from domain.imports.report import ImportReport
from domain.imports.texts import COUNT_TEXTS, row_text
from domain.mail.outbound_policy import policy_commands
from domain.wording.counted import counted


def print_report(
    out: Console,
    batch_id: str,
    report: ImportReport,
    last_invitation_at: datetime | None,
    *,
    pace: Pace,
    senders: tuple[str, ...],
    choices: ImportChoices,
) -> None:
    """Print what became of every row, or what would become of it.

    Args:
        out: where to.
        batch_id: of the import.
        report: its counts and rows.
        last_invitation_at: when the last invitation leaves, if that is known.
        pace: how fast it may invite.
        senders: the mailboxes that send.
        choices: what is chosen for it.
    """
    counts = table("Batch", said(batch_id))
    for name, number in report.counts().items():
        counts.add_row(COUNT_TEXTS[name], str(number))
    if last_invitation_at is not None and (report.dry_run or report.started):
        counts.add_row("Last invitation", f"{clock(last_invitation_at)} at the earliest")
    for label, value in choice_lines(choices):
        counts.add_row(label, said(value))
    out.print(counts)
    remarks = report.dry_run.remarks if report.dry_run else []
    rows = [*report.rejected, *report.repeated, *report.lapsed, *remarks]
    for row in sorted(rows, key=lambda row: row.line):
        out.print(f"line {row.line}: {said(row_text(row))}", soft_wrap=True)
    if report.dry_run:
        if report.dry_run.to_invite:
            _print_need(out, report.dry_run.to_invite, pace, senders)
        out.print("Dry run: no enrolment was started, and the tracking list was not changed.")


def _print_need(out: Console, invitations: int, pace: Pace, senders: tuple[str, ...]) -> None:
    """Print how long the invitations take, and what Microsoft has to allow for that."""
    need = pace.need(invitations)
    takes, mailboxes = counted(need.days, "day"), counted(pace.senders, "mailbox")
    out.print(
        f"Invitations to send: {invitations}, which takes {takes} from {mailboxes}. "
        f"To send all in one day takes {counted(need.mailboxes, 'mailbox')}: each sends up to "
        f"{counted(pace.per_day, 'mail')} a day, 60% of them invitations.",
        soft_wrap=True,
    )
    if need.more_than_strict:
        out.print(
            "MAIL_PER_HOUR or MAIL_PER_DAY is above Microsoft's strict outbound policy, which "
            "blocks a mailbox until an admin acts. This allows it:",
            soft_wrap=True,
        )
        out.print(escape(policy_commands(pace.per_hour, pace.per_day, senders)), soft_wrap=True)
