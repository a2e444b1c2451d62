"""How requests about many people are shown in a terminal, before, meanwhile and afterwards."""

import asyncio
from datetime import timedelta

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.output.tables import said, table
from cli.terminal import err, out, print_json
from client.bulk.follow import progress
from client.bulk.request_json import preview_json, undo_json
from client.bulk.selection_text import selection_lines
from client.bulk.texts import ended_text, outcome_text, refused_text, will_be_text
from database.engine import Database
from database.requests.preview import BulkPreview, UndoPreview
from domain.bulk.records import RequestAction, RequestedPerson, RequestRecord
from domain.wording.counted import counted


def print_preview(action: RequestAction, found: BulkPreview, *, as_json: bool) -> None:
    """Say whom a request would meet."""
    if as_json:
        print_json(preview_json(action, found))
        return
    parts = [counted(found.people, "person")]
    if found.ended:
        parts.append(ended_text(found.ended))
    if found.refused:
        parts.append(refused_text(action, found.refused))
    out.print(f"{'; '.join(parts)}. {will_be_text(action, found.asked)}", soft_wrap=True)


def print_undo_preview(batch_id: str, found: UndoPreview, *, as_json: bool) -> None:
    """Say what the undo of an import would do."""
    if as_json:
        print_json(undo_json(batch_id, found))
        return
    out.print(f"Batch {batch_id} brought {counted(found.people, 'person')}:", soft_wrap=True)
    for number, what in (
        (found.erased, "got no mail: their rows and their history are deleted"),
        (found.invited, "got mail: cancelled, and their rows stay"),
        (found.in_group, "taken out of the enforcement group"),
        (found.left_in_group, "left in the group: we did not put them there"),
        (found.registered, "registered by now"),
        (found.unknown, "not known to the directory: off the list"),
    ):
        if number:
            out.print(f"  {number:6}  {what}", soft_wrap=True)


async def follow(database: Database, request_id: str, every: timedelta) -> RequestRecord:
    """Show how far a request is until it has ended.

    Raises:
        DatabaseUnavailable: it can't be read any more; the request goes on.
    """
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err)
    with bar:
        task = bar.add_task("Asking", total=None)
        while True:
            record = await progress(database, request_id)
            done = record.people - record.with_outcome(None)
            bar.update(task, completed=done, total=record.people or None)
            if record.state.is_final:
                return record
            await asyncio.sleep(every.total_seconds())


def print_report(record: RequestRecord) -> None:
    """Show a request and what came of it."""
    about = table("", "")
    about.show_header = False
    about.add_row("Request", said(record.request_id))
    about.add_row("Action", said(record.action))
    about.add_row("For", said(_selection(record)))
    about.add_row("By", said(record.actor))
    about.add_row("Why", said(record.reason or ""))
    about.add_row("State", record.state.value)
    out.print(about)
    counts = table("People", "Outcome")
    for one in record.counts:
        counts.add_row(str(one.people), said(outcome_text(one.outcome, one.reason)))
    if record.counts:
        out.print(counts)


def print_people(people: list[RequestedPerson]) -> None:
    """List people of a request with their outcomes."""
    listed = table("User principal name", "Outcome")
    for one in people:
        listed.add_row(said(one.upn or one.object_id), said(outcome_text(one.outcome, one.reason)))
    out.print(listed)


def _selection(record: RequestRecord) -> str:
    return "; ".join(selection_lines(record.selection)) or "everybody"
