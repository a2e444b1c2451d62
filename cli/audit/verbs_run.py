"""Reads the audit log, and checks it."""

from typing import Any
from uuid import UUID

import typer

from cli.csv_output import print_csv
from cli.database import open_database
from cli.people.tables import exact, said, table
from cli.terminal import ExitStatus, fail, out, print_json
from database.audit import chain
from database.audit.entries import AuditFilter, read_entries
from database.engine import Database
from domain.tables.audit import AuditEntry, AuditHead, parse_head

COLUMNS = (
    "number",
    "at",
    "actor",
    "actorId",
    "app",
    "address",
    "verified",
    "action",
    "person",
    "reason",
    "answers",
    "outcome",
)
_AT_ONCE = 1000


async def list_entries(*, person: str | None, limit: int, as_json: bool) -> None:
    """Print the latest entries."""
    async with open_database() as database:
        entries = await _read(database, person, limit)
    if as_json:
        print_json([_as_json(number, entry) for number, entry in entries.items()])
        return
    if not entries:
        out.print("There are no entries.")
        return
    listed = table("Number", "When", "Who", "What", "Person", "Why", "Outcome")
    # Both are told in one line; the outcome of an action that isn't listed has one of its own.
    outcomes = {one.answers: one.outcome for one in reversed(entries.values()) if one.answers}
    for number, entry in entries.items():
        if entry.answers in entries:
            continue
        outcome = f"{entry.outcome} (of {entry.answers})" if entry.outcome else ""
        cells = (
            str(number),
            exact(entry.at),
            entry.actor.shown_name,
            entry.action,
            entry.person or "",
            entry.reason or "",
            outcomes.get(number) or outcome,
        )
        # Words of other people: none may move the cursor or turn the line around.
        listed.add_row(*(said(cell) for cell in cells))
    out.print(listed)


async def verify_log(*, head: str | None, as_json: bool) -> None:
    """Check the log, and say what its head is."""
    known = _known(head)
    async with open_database() as database, database.reading() as connection:
        found = await chain.verify(connection, known)
    if as_json:
        print_json(
            {
                "whole": found.is_whole,
                "brokenAt": found.broken_at,
                "head": f"{found.head.number}:{found.head.hash}",
            }
        )
        if not found.is_whole:
            raise typer.Exit(ExitStatus.FAILED)
        return
    if not found.is_whole:
        fail(f"The audit log is broken at entry {found.broken_at}: compare it with a backup.")
    out.print(f"The audit log is whole: {found.head.number} entries.", soft_wrap=True)
    out.print(f"Head: {found.head.number}:{found.head.hash}", soft_wrap=True)


async def export_entries(*, person: str | None, as_json: bool) -> None:
    """Print all entries, the oldest first."""
    async with open_database() as database:
        entries = await _read(database, person, None)
    rows = [_as_json(number, entry) for number, entry in sorted(entries.items())]
    if as_json:
        print_json(rows)
    else:
        print_csv(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])


def _known(head: str | None) -> AuditHead | None:
    if head is None:
        return None
    found = parse_head(head)
    if found is None:
        fail("--head must be a number, a colon and 64 hexadecimal digits.", ExitStatus.USAGE)
    return found


async def _read(database: Database, person: str | None, limit: int | None) -> dict[int, AuditEntry]:
    """Return the latest entries by number, all of them without a limit."""
    try:
        wanted = AuditFilter(person=str(UUID(person)) if person else None)
    except ValueError:
        fail("--person must be an ObjectId: a person's page in Entra shows it.", ExitStatus.USAGE)
    found: dict[int, AuditEntry] = {}
    async with database.reading() as connection:
        while limit is None or len(found) < limit:
            at_once = _AT_ONCE if limit is None else min(_AT_ONCE, limit - len(found))
            before = min(found) if found else None
            page = await read_entries(connection, wanted, before=before, limit=at_once)
            found |= page
            if len(page) < at_once:
                break
    return found


def _as_json(number: int, entry: AuditEntry) -> dict[str, Any]:
    return {
        "number": number,
        "at": entry.at.isoformat(),
        "actor": entry.actor.name,
        "actorId": entry.actor.object_id,
        "app": entry.actor.app,
        "address": entry.actor.address,
        "verified": entry.actor.object_id is not None,
        "action": entry.action,
        "person": entry.person,
        "reason": entry.reason,
        "answers": entry.answers,
        "outcome": entry.outcome,
    }
