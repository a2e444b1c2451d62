"""Makes requests about many people: preview, question, start, and progress until the end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import typer

from cli.bulk.report import follow, print_preview, print_report, print_undo_preview
from cli.database import open_database
from cli.imports.verbs_run import imports_of_batch
from cli.sign_in.identity import acting
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, err, fail, out, print_json
from cli.views.run import opened
from client.bulk.request_json import request_json
from client.bulk.start import Selection, preview, preview_undo_of, start, start_undo
from client.bulk.texts import others_text
from database.engine import Database
from database.requests.digest import OtherPeople
from domain.bulk.records import RequestAction, RequestRecord
from domain.identifiers import BATCH_ID_PATTERN
from domain.tables.people import PeopleFilter

LOOK_EVERY = timedelta(milliseconds=500)


async def ask_many(
    action: RequestAction,
    wanted: PeopleFilter,
    *,
    view: str | None,
    reason: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Ask the same for everybody whom a filter finds, and follow it to its end.

    Raises:
        DatabaseError: nothing was done.
        RPCError: Temporal can't be reached; nobody was asked.
    """
    if view is not None:
        _, wanted = await opened(view, wanted)
    selection = Selection(wanted=wanted)
    async with open_database() as database:
        found = await preview(database, action, selection)
        if dry_run or not as_json:
            print_preview(action, found, as_json=as_json)
        if dry_run:
            return
        _confirm(reason, found.asked, yes=yes)
        client = await connect_to_temporal()
        with _as_shown(found.people):
            request = await start(
                client,
                database,
                await acting(),
                action,
                selection,
                reason=reason or "",
                request_id=str(uuid4()),
                confirmed=None if yes else found.people_digest,
            )
        await _see_through(database, request, as_json=as_json)


async def undo_import(
    batch_id: str, *, reason: str | None, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Take back an import, and follow it to its end.

    Raises:
        DatabaseError: nothing was done.
        UnknownBatch: no import has the batch id, and nobody belongs to it.
        RPCError: Temporal can't be reached; nothing was taken back.
    """
    if not BATCH_ID_PATTERN.fullmatch(batch_id):
        fail("A batch id has letters, digits, dots, hyphens and underscores.", ExitStatus.USAGE)
    async with open_database() as database:
        found = await preview_undo_of(database, batch_id)
        if not (found.people or found.unknown):
            await imports_of_batch(database, batch_id)
        if dry_run or not as_json:
            print_undo_preview(batch_id, found, as_json=as_json)
        if dry_run:
            return
        _confirm(reason, None, yes=yes)
        client = await connect_to_temporal()
        with _as_shown(found.people):
            request = await start_undo(
                client,
                database,
                await acting(),
                batch_id,
                reason=reason or "",
                request_id=str(uuid4()),
                confirmed=None if yes else found.people_digest,
            )
        await _see_through(database, request, as_json=as_json)


def _confirm(reason: str | None, asked: int | None, *, yes: bool) -> None:
    """Leave where nothing is to be done, or the admin doesn't want it."""
    if not reason:
        fail("Give a --reason: it stays in the audit log.", ExitStatus.USAGE)
    if asked == 0:
        fail("There is nobody to ask, so nothing was done.")
    if not yes:
        typer.confirm("Do it?", abort=True, err=True)


@contextmanager
def _as_shown(people: int) -> Iterator[None]:
    """Leave where other people are found than were shown."""
    try:
        yield
    except OtherPeople as others:
        fail(others_text(people, others.people))


async def _see_through(database: Database, request: RequestRecord, *, as_json: bool) -> None:
    """Follow a request; Ctrl-C leaves it running, and says how to find it again."""
    err.print(f"Request {request.request_id} has started.", soft_wrap=True)
    try:
        record = await follow(database, request.request_id, LOOK_EVERY)
    except asyncio.CancelledError:
        err.print(
            f"It goes on. `mfa-rollout requests show {request.request_id}` shows how far it is, "
            f"and `mfa-rollout requests stop {request.request_id}` stops it.",
            soft_wrap=True,
        )
        raise
    if as_json:
        print_json(request_json(record))
    else:
        out.print()
        print_report(record)
