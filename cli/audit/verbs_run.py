"""Reads the audit log, and checks it."""

from collections.abc import Mapping
from dataclasses import replace

import typer

from cli.audit.filter import Wanted, audit_filter
from cli.database import open_database
from cli.output.csv_output import print_csv
from cli.output.tables import exact, said, table
from cli.terminal import ExitStatus, fail, out, print_json
from client.audit.entry_json import check_json, entry_json
from database.audit import chain
from database.audit.entries import AuditFilter, read_entries, read_outcomes
from database.engine import Database
from database.enrolments.person import read_names
from domain.tables.audit import AuditEntry, AuditHead, parse_head, with_outcome
from domain.wording.counted import counted

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
_DATE, _MARK, _ENDED = len("27 Nov 2026"), len("(unverified)"), len("Outcome")


async def list_entries(wanted: Wanted, *, limit: int, as_json: bool) -> None:
    """Print the latest actions, each with how it ended; for programs, the latest entries."""
    async with open_database() as database:
        found = await audit_filter(database, wanted)
        entries = await _read(database, replace(found, only_begun=not as_json), limit)
        async with database.reading() as connection:
            outcomes = await read_outcomes(connection, list(entries))
            people = {one.person for one in entries.values() if one.person}
            names = await read_names(connection, list(people))
    if as_json:
        print_json([entry_json(number, entry) for number, entry in entries.items()])
        return
    if not entries:
        out.print("There are no entries.")
        return
    listed = table("Number", "When", "Who", "What", "Person", "Why", "Outcome")
    # At 80 columns a cell goes on below itself at a space; these keep their longest word whole.
    for place, width in ((1, _DATE), (2, _MARK), (6, _ENDED)):
        listed.columns[place].min_width = width
    listed.columns[3].no_wrap = True
    for number, entry in entries.items():
        ended = outcomes.get(number)
        cells = (
            str(number),
            exact(entry.at),
            entry.actor.shown_name,
            entry.action,
            _person(entry.person, names),
            with_outcome(entry, ended).reason or "",
            ended.outcome if ended is not None and ended.outcome else "",
        )
        # Words of other people: none may move the cursor or turn the line around.
        listed.add_row(*(said(cell) for cell in cells))
    out.print(listed)


def _person(object_id: str | None, names: Mapping[str, str]) -> str:
    """Return what a person is called; of those who were erased, how their ObjectId begins."""
    return names.get(object_id, object_id[:8]) if object_id else ""


async def verify_log(*, head: str | None, as_json: bool) -> None:
    """Check the log, and say what its head is."""
    known = _known(head)
    async with open_database() as database, database.reading() as connection:
        found = await chain.verify(connection, known)
    if as_json:
        print_json(check_json(found))
        if not found.is_whole:
            raise typer.Exit(ExitStatus.FAILED)
        return
    if not found.is_whole:
        fail(f"The audit log is broken at entry {found.broken_at}: compare it with a backup.")
    out.print(f"The audit log is whole: {counted(found.head.number, 'entry')}.", soft_wrap=True)
    out.print(f"Head: {found.head.number}:{found.head.hash}", soft_wrap=True)


async def export_entries(wanted: Wanted, *, as_json: bool) -> None:
    """Print all entries, the oldest first."""
    async with open_database() as database:
        entries = await _read(database, await audit_filter(database, wanted), None)
    rows = sorted(entries.items())
    if as_json:
        print_json([entry_json(*row) for row in rows])
    else:
        print_csv(COLUMNS, [_cells(*row) for row in rows])


def _known(head: str | None) -> AuditHead | None:
    if head is None:
        return None
    found = parse_head(head)
    if found is None:
        fail("--head must be a number, a colon and 64 hexadecimal digits.", ExitStatus.USAGE)
    return found


async def _read(
    database: Database, wanted: AuditFilter, limit: int | None
) -> dict[int, AuditEntry]:
    """Return the latest entries by number, all of them without a limit."""
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


def _cells(number: int, entry: AuditEntry) -> list[object]:
    actor = entry.actor
    return [
        number,
        entry.at.isoformat(),
        actor.name,
        actor.object_id,
        actor.app,
        actor.address,
        actor.object_id is not None,
        entry.action,
        entry.person,
        entry.reason,
        entry.answers,
        entry.outcome,
    ]
