"""The verb that starts a rollout."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

import temporal_client
from cli.verbs import out, run
from domain.import_file import ImportFileError, read_import_file
from settings import PolicySettings, load_settings
from workflows.batch_start import BatchStart, start_batch
from workflows.batch_watch import BatchReport, batch_report


def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV with a column UPN, UserPrincipalName or Email.")
    ],
    *,
    batch_id: Annotated[str | None, typer.Option(help="Name of the batch; default: now.")] = None,
    include_cancelled: Annotated[bool, typer.Option(help="Start cancelled people again.")] = False,
) -> None:
    """Start an enrolment for every person in a file; nobody is started twice."""

    async def start() -> None:
        people = read_import_file(_read(file))
        settings = load_settings(PolicySettings)
        client = await temporal_client.connect()
        name = batch_id or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        batch = BatchStart(
            batch_id=name,
            policy=settings.policy,
            pace=settings.pace,
            starts_at=datetime.now(UTC),
            include_cancelled=include_cancelled,
        )
        handles = await start_batch(client, people, batch)
        with out.status(f"Batch {name}: {len(people.rows)} rows"):
            report = await batch_report(name, handles)
        _print(report)

    run(start())


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ImportFileError(f"{file} can't be read: {error.strerror}.") from None


def _print(report: BatchReport) -> None:
    table = Table("Batch", report.batch_id, box=None)
    for name, number in (
        ("Started", report.started),
        ("Already enrolled", report.already_enrolled),
        ("Already finished", report.already_finished),
        ("Cancelled earlier, left alone", report.cancelled),
        ("Repeated rows", len(report.repeated)),
        ("Rejected rows", len(report.rejected)),
    ):
        table.add_row(name, str(number))
    out.print(table)
    for row in sorted([*report.rejected, *report.repeated], key=lambda row: row.line):
        out.print(f"line {row.line}: {escape(row.reason)}", soft_wrap=True)
