"""The verb that starts a rollout, or says what that would do."""

import asyncio
import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.import_reports import print_report
from cli.verbs import err, fail, out, run
from client.import_progress import ImportProgress, ImportWatch
from client.imports import ImportRequest, default_batch_id, start_import
from domain.imports.file import read_import_file
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault
from settings import PolicySettings, load_settings
from temporal.connect import connect

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
        request = ImportRequest(
            batch_id=batch_id or default_batch_id(now),
            dry_run=dry_run,
            policy=settings.policy,
            pace=settings.pace,
            starts_at=now,
            include_cancelled=include_cancelled,
            restart_active=restart_active,
            requested_by=getpass.getuser(),
        )
        parts = await start_import(await connect(), people, request)
        if not dry_run:
            err.print(f"Batch {request.batch_id} goes on whatever happens to this command.")
        progress = await _follow(ImportWatch(parts), "Looking up" if dry_run else "Starting")
        last_at = progress.last_invitation(request.pace, request.starts_at)
        print_report(out, request.batch_id, progress.report, last_at)
        if progress.failures:
            reasons = " ".join(dict.fromkeys(progress.failures))
            fail(f"The import failed, and can be started again: {reasons}")

    run(start())


async def _follow(watch: ImportWatch, doing: str) -> ImportProgress:
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
            progress = await watch.look()
            waits = f"{doing}, waiting: {escape(progress.trouble)}" if progress.trouble else doing
            bar.update(
                task, completed=progress.report.rows_done, total=progress.rows, description=waits
            )
            if progress.ended:
                return progress
            await asyncio.sleep(LOOK_EVERY)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ImportFileError(
            FileFault.UNREADABLE, file=str(file), error=error.strerror or "unknown error"
        ) from None
