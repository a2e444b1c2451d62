"""Imports a file of people, or foresees what an import would do, and shows how far it is."""

import asyncio
import getpass
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.admin.import_reports import batch_json
from cli.rollout.import_reports import print_import, print_preflight
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, err, fail, out, print_json
from client.import_progress import ImportProgress, ImportWatch
from client.imports import BatchStart, default_batch_id, start_batch, start_preflight
from domain.imports.file import ImportFile, ImportFileError, read_import_file
from domain.imports.report import ImportReport, PreflightReport, Report
from settings import PolicySettings, load_settings

LOOK_EVERY = 0.5


async def import_people(
    file: Path,
    *,
    batch_id: str | None,
    dry_run: bool,
    include_cancelled: bool,
    restart_active: bool,
    as_json: bool,
) -> None:
    """Import the people, or say what would happen; leave with 3 where rows were rejected.

    Raises:
        ImportFileError: the file is no list of people.
        SettingsError: settings are wrong.
        TemporalRefused: Temporal can't be used.
    """
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
    await (_foresee(people, batch, as_json) if dry_run else _import(people, batch, as_json))


async def _import(people: ImportFile, batch: BatchStart, as_json: bool) -> None:
    client = await connect_to_temporal()
    parts = await start_batch(client, people, batch)
    err.print(f"Batch {batch.batch_id} goes on whatever happens to this command.")
    sight = await _follow(ImportWatch(ImportReport, parts), "Starting")
    if as_json:
        last_at = sight.last_invitation_at if sight.report.started else None
        print_json(batch_json(batch.batch_id, sight, dry_run=False, last_invitation_at=last_at))
    else:
        print_import(out, batch.batch_id, sight)
    _end(sight)


async def _foresee(people: ImportFile, batch: BatchStart, as_json: bool) -> None:
    client = await connect_to_temporal()
    parts = await start_preflight(client, people, batch)
    sight = await _follow(ImportWatch(PreflightReport, parts), "Looking up")
    last_at = batch.pace.last_invitation_at(sight.report.to_invite, batch.starts_at)
    if as_json:
        print_json(batch_json(batch.batch_id, sight, dry_run=True, last_invitation_at=last_at))
    else:
        print_preflight(out, batch.batch_id, sight, last_at)
    _end(sight)


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


def _end(sight: ImportProgress[Report]) -> None:
    """Leave with the status of what became of the import."""
    if sight.failures:
        reasons = " ".join(dict.fromkeys(sight.failures))
        fail(f"The import failed, and can be started again: {reasons}")
    if sight.report.rejected:
        raise typer.Exit(ExitStatus.REJECTED_ROWS)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ImportFileError(f"{file} can't be read: {error.strerror}.") from None
