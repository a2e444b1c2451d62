"""Imports a file of people, or says what an import would do, and shows how far it is."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from activities.imports.read_file import read_people
from cli.audit.entry import audited
from cli.imports.from_directory import people_of_directory
from cli.imports.import_options import import_options
from cli.imports.reports import print_report
from cli.options import answer
from cli.output.tables import clock, said
from cli.sign_in.identity import acting
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, err, fail, out, print_json
from client.import_json import batch_json
from client.import_progress import ImportProgress, ImportWatch
from client.imports import ImportRequest, default_batch_id, held_otherwise, start_import
from domain.identifiers import import_of
from domain.imports.file import MAX_BYTES, ImportFile
from domain.imports.file_error import ImportFileError
from domain.imports.options.names import OptionName
from domain.imports.options.texts import held_text, reason_text
from domain.imports.reasons import FileFault
from domain.tables.audit import AuditAction
from settings import PolicySettings, load_settings

LOOK_EVERY = 0.5
STANDARD_INPUT = Path("-")


async def import_people(
    file: Path | None,
    *,
    group: str | None,
    not_registered: bool,
    batch_id: str | None,
    dry_run: bool,
    include_cancelled: bool,
    restart_active: bool,
    written: Mapping[OptionName, str | None],
    reason: str | None,
    as_json: bool,
) -> None:
    """Import the people, or say what would happen; leave with 3 where rows were rejected.

    An import that no worker takes up, or that waits for an admin, isn't followed to its end.

    Raises:
        ImportFileError: the file is no list of people, or the directory has no such group.
        RolloutError: the directory can't be read.
        SettingsError: settings are wrong.
        TemporalRefused: Temporal can't be used.
    """
    settings = load_settings(PolicySettings)
    now = datetime.now(UTC)
    import_options(written, settings, now)
    people, source = await _people(file, group, not_registered=not_registered)
    if file is None and not people.parts:
        answer(
            {"batchId": None, "rows": 0},
            "Everybody there has a registered method, so there is nobody to import.",
            as_json=as_json,
        )
        return
    options = import_options(written, settings, now, people=people.people)
    policy, pace = options.applied(settings.policy, settings.pace, settings.sender_mailboxes)
    actor = await acting()
    request = ImportRequest(
        batch_id=batch_id or default_batch_id(now),
        dry_run=dry_run,
        policy=policy,
        pace=pace,
        options=options,
        starts_at=now,
        include_cancelled=include_cancelled,
        restart_active=restart_active,
        requested_by=actor.shown_name,
        file_name=source,
    )
    client = await connect_to_temporal()
    if dry_run:
        parts = await start_import(client, people, request)
    else:
        why = reason_text(request.batch_id, request.choices, reason)
        async with audited(AuditAction.IMPORT, actor=actor, reason=why) as log:
            parts = await start_import(client, people, request)
            if (held := await held_otherwise(client, parts, request)) is not None:
                log.told = held_text(held.choices)
        err.print(f"Batch {request.batch_id} continues even if this command is interrupted.")
    progress = await _follow(
        ImportWatch(parts),
        "Looking up" if dry_run else "Starting",
        taken_up_within=settings.answer_within,
    )
    if progress.choices != request.choices:
        warning = said(held_text(progress.choices))
        err.print(f"[bold yellow]warning:[/] {warning}", soft_wrap=True)
    last_at = progress.last_invitation(request.starts_at)
    if as_json:
        told = batch_json(request.batch_id, progress, last_invitation_at=last_at)
        print_json(told | {"takenUp": progress.taken_up})
    if not progress.taken_up:
        _tell_of_no_worker(request.batch_id, import_of(parts[0].id), dry_run=dry_run)
        return
    if progress.next_attempt_at is not None and not progress.ended:
        _tell_of_problem(request.batch_id, progress.trouble, progress.next_attempt_at)
        return
    if not as_json:
        print_report(
            out,
            request.batch_id,
            progress.report,
            last_at,
            pace=progress.pace,
            senders=progress.options.senders(settings.sender_mailboxes),
            choices=progress.choices,
        )
    _end(progress, dry_run=dry_run)


async def _follow(watch: ImportWatch, doing: str, *, taken_up_within: timedelta) -> ImportProgress:
    """Show how far it has come until it has ended, or no worker takes it up."""
    loop = asyncio.get_running_loop()
    begun_at = loop.time()
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
            waits = f"{doing}, waiting: {said(progress.trouble)}" if progress.trouble else doing
            bar.update(
                task, completed=progress.report.rows_done, total=progress.rows, description=waits
            )
            waited = timedelta(seconds=loop.time() - begun_at)
            if (
                progress.ended
                or progress.next_attempt_at
                or (not progress.taken_up and waited > taken_up_within)
            ):
                return progress
            await asyncio.sleep(LOOK_EVERY)


def _tell_of_problem(batch_id: str, trouble: str | None, next_attempt_at: datetime) -> None:
    err.print(
        f"Waiting: {said(trouble)} The import goes on by itself once that is fixed; the next "
        f"attempt is on {clock(next_attempt_at)}. `mfa-rollout imports show {batch_id}` "
        "follows it.",
        soft_wrap=True,
    )


def _tell_of_no_worker(batch_id: str, import_id: str, *, dry_run: bool) -> None:
    query = f"WorkflowId STARTS_WITH '{import_id}-'"
    begun = (
        "No worker has begun with the dry run yet. It goes on when a worker runs "
        "(`mfa-rollout worker`), and enrols nobody"
        if dry_run
        else "The import is recorded, but no worker has started it yet. It starts when a worker "
        "runs (`mfa-rollout worker`)"
    )
    err.print(
        f"{begun}; from then on `mfa-rollout imports show {batch_id}` follows it. Withdraw it with "
        f'`temporal workflow terminate --query "{query}" --reason withdrawn`.',
        soft_wrap=True,
    )


def _end(progress: ImportProgress, *, dry_run: bool) -> None:
    """Leave with the status of what became of the import."""
    if progress.failures:
        what = "dry run" if dry_run else "import"
        reasons = " ".join(dict.fromkeys(progress.failures))
        fail(f"The {what} failed, and can be started again: {reasons}")
    if progress.report.rejected:
        raise typer.Exit(ExitStatus.REJECTED_ROWS)


async def _people(
    file: Path | None, group: str | None, *, not_registered: bool
) -> tuple[ImportFile, str | None]:
    """Return the people, and what the list of them is called."""
    if (file is None) is (group is None and not not_registered):
        fail(
            "Name a file, or --group, or --not-registered: one list of people at a time.",
            ExitStatus.USAGE,
        )
    if file is None:
        return await people_of_directory(group, not_registered=not_registered)
    return read_people(read_file(file)), None if file == STANDARD_INPUT else file.name


def read_file(file: Path) -> bytes:
    """Return what a file holds, of one that is too large a byte too many; - is standard input.

    Raises:
        ImportFileError: it can't be read.
    """
    try:
        if file == STANDARD_INPUT:
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with file.open("rb") as content:
            return content.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImportFileError(
            FileFault.UNREADABLE, file=str(file), error=error.strerror or "unknown error"
        ) from None
