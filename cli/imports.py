"""The verb that starts a rollout, or foresees what it would do."""

import asyncio
import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.connections import connect_to_temporal
from cli.import_reports import print_import, print_preflight
from cli.verbs import err, fail, out, run
from client.import_progress import ImportProgress, ImportWatch
from client.imports import BatchStart, default_batch_id, start_batch, start_preflight
from domain.imports.file import ImportFile, ImportFileError, read_import_file
from domain.imports.report import ImportReport, PreflightReport, Report
from settings import PolicySettings, load_settings

LOOK_EVERY = 0.5


def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV with a column UPN, UserPrincipalName or Email.")
    ],
    *,
    batch_id: Annotated[str | None, typer.Option(help="Name of the batch; default: now.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen: nobody is started.")
    ] = False,
    include_cancelled: Annotated[bool, typer.Option(help="Start cancelled people again.")] = False,
    restart_active: Annotated[
        bool, typer.Option(help="Start people again who were active and have no method any more.")
    ] = False,
) -> None:
    """Start an enrolment for every person in a file; nobody is started twice."""

    async def start() -> None:
        people = read_import_file(_read(file))
        settings = load_settings(PolicySettings)
        now = datetime.now(UTC)
        batch = BatchStart(
            batch_id=batch_id or default_batch_id(now),
            policy=settings.policy,
            pace=settings.pace,
            starts_at=now,
            include_cancelled=include_cancelled,
            restart_active=restart_active,
            requested_by=getpass.getuser(),
        )
        await (_foresee(people, batch) if dry_run else _import(people, batch))

    run(start())


async def _import(people: ImportFile, batch: BatchStart) -> None:
    client = await connect_to_temporal()
    parts = await start_batch(client, people, batch)
    err.print(f"Batch {batch.batch_id} goes on whatever happens to this command.")
    sight = await _follow(ImportWatch(ImportReport, parts), "Starting")
    print_import(out, batch.batch_id, sight)
    _end_if_failed(sight)


async def _foresee(people: ImportFile, batch: BatchStart) -> None:
    client = await connect_to_temporal()
    parts = await start_preflight(client, people, batch)
    sight = await _follow(ImportWatch(PreflightReport, parts), "Looking up")
    last_at = batch.pace.last_invitation_at(sight.report.to_invite, batch.starts_at)
    print_preflight(out, batch.batch_id, sight, last_at)
    _end_if_failed(sight)


async def _follow(watch: ImportWatch[Report], doing: str) -> ImportProgress[Report]:
    """Show how far it has come until it has ended."""
    # On standard error, so that the report alone can be kept.
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
    with bar:
        task = bar.add_task(doing)
        while True:
            sight = await watch.look()
            waits = f"{doing}, waiting: {escape(sight.trouble)}" if sight.trouble else doing
            bar.update(task, completed=sight.report.rows_done, total=sight.rows, description=waits)
            if sight.ended:
                return sight
            await asyncio.sleep(LOOK_EVERY)


def _end_if_failed(sight: ImportProgress[Report]) -> None:
    if sight.failures:
        reasons = " ".join(dict.fromkeys(sight.failures))
        fail(f"The import failed, and can be started again: {reasons}")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ImportFileError(f"{file} can't be read: {error.strerror}.") from None
