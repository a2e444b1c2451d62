"""Reads imports and their rows from our tables, and prints them."""

from datetime import UTC, datetime
from typing import Any

from cli.database import open_database
from cli.output.csv_output import print_csv
from cli.output.tables import cell, clock, iso, said, table
from cli.terminal import err, out, print_json
from client.exports.json_keys import with_json_keys
from database.audit.actors import read_actor_names
from database.engine import Database
from database.errors import UnknownBatch
from database.figures.attention import read_attention
from database.imports.imports import read_imports
from database.imports.rows import read_rows
from database.people.attention import attention_at
from domain.imports.options.choices import ImportChoices
from domain.imports.options.texts import choice_lines
from domain.imports.report import Count
from domain.imports.texts import COUNT_TEXTS, STATES, imported_row_text
from domain.plain_text import one_line
from domain.tables.attention import AttentionKind
from domain.tables.import_parts import totals
from domain.tables.imports import ImportRecord, ImportRow
from domain.tables.people import AttentionItem
from domain.wording.counted import counted

_AT_ONCE = 1000


async def list_imports(*, limit: int, as_json: bool) -> None:
    """Print the latest imports."""
    async with open_database() as database, database.reading() as connection:
        records = await read_imports(connection, limit=limit)
        names = await read_actor_names(connection)
    if as_json:
        print_json([_as_json(record) for record in records])
        return
    if not records:
        out.print("There are no imports: `mfa-rollout import FILE` starts one.", soft_wrap=True)
        return
    lines = table("Batch", "When", "Who", "File", "Kind", "Rows with a person", "State")
    for record in records:
        done, _ = totals(record.counts)
        cells = (
            record.batch_id,
            clock(record.requested_at),
            names.get(record.requested_by, record.requested_by),
            record.file_name or "",
            _kind(record),
            f"{done} of {record.rows}",
            STATES[record.state],
        )
        lines.add_row(*(said(cell) for cell in cells))
    out.print(lines)


async def show_imports(batch_id: str, *, as_json: bool) -> None:
    """Print what is known of the imports of a batch.

    Raises:
        UnknownBatch: there are none.
    """
    async with open_database() as database:
        records = await imports_of_batch(database, batch_id)
        async with database.reading() as connection:
            names = await read_actor_names(connection)
    if as_json:
        print_json([_as_json(record) for record in records])
        return
    for record in records:
        _print(record, names.get(record.requested_by, record.requested_by))


async def print_rejects(batch_id: str, *, as_json: bool) -> None:
    """Print the rows of a batch's latest import that started nobody.

    Raises:
        UnknownBatch: there was no import.
    """
    async with open_database() as database:
        records = await imports_of_batch(database, batch_id)
        record = next((one for one in records if not one.dry_run), records[0])
        rows = await _all_rows(database, record.import_id)
    if as_json:
        print_json([_row_as_json(row) for row in rows])
        return
    # As an import reads it, once the middle column is put right.
    print_csv(
        ("Line", "UPN", "Reason", "Did you mean"),
        [(row.line, row.value, imported_row_text(row), ", ".join(row.candidates)) for row in rows],
    )
    file = f" of {record.file_name}" if record.file_name else ""
    kind = f"{_kind(record)}{file}, {clock(record.requested_at)}"
    err.print(f"{counted(len(rows), 'row')}: {said(kind)}", soft_wrap=True)


async def print_unknown(*, as_json: bool) -> None:
    """Print the rows of all imports that name nobody, those that have waited longest first.

    Raises:
        DatabaseError: the tables can't be read.
    """
    rows: list[AttentionItem] = []
    async with open_database() as database, database.reading() as connection:
        at = await attention_at(connection, datetime.now(UTC))
        while page := await read_attention(
            connection, AttentionKind.UNKNOWN_ROW, at, offset=len(rows), limit=_AT_ONCE
        ):
            rows += page
    if as_json:
        print_json([_unknown_as_json(row) for row in rows])
        return
    print_csv(
        ("Line", "UPN", "Imported (UTC)", "Import"),
        [
            (line, row.detail, cell(row.since), import_id)
            for row in rows
            for import_id, _, line in [row.key.rpartition("/")]
        ],
    )
    err.print(f"{counted(len(rows), 'row')} of all imports.", soft_wrap=True)


async def imports_of_batch(database: Database, batch_id: str) -> list[ImportRecord]:
    """Return the imports and dry runs of a batch.

    Raises:
        UnknownBatch: there is none.
    """
    async with database.reading() as connection:
        records = await read_imports(connection, batch_id=batch_id)
    if not records:
        raise UnknownBatch(
            f"No import has the batch id {one_line(batch_id)}: "
            "`mfa-rollout imports list` shows them."
        )
    return records


async def _all_rows(database: Database, import_id: str) -> list[ImportRow]:
    rows: list[ImportRow] = []
    async with database.reading() as connection:
        while page := await read_rows(
            connection, import_id, after=rows[-1].line if rows else 0, limit=_AT_ONCE
        ):
            rows += page
    return rows


def _print(record: ImportRecord, by: str) -> None:
    done, counts = totals(record.counts)
    lines = table(said(record.batch_id), _kind(record))
    facts = {
        "Started": clock(record.requested_at),
        "By": by,
        "File": record.file_name or "",
        "File hash": record.file_hash[:12],
        "State": STATES[record.state],
        "Waits for": record.trouble or "",
        "Ended": clock(record.finished_at) if record.finished_at else "",
        "Last invitation": clock(record.last_invitation_at) if record.last_invitation_at else "",
        "Rows with a person": f"{done} of {record.rows} looked up",
    }
    counted = {COUNT_TEXTS[Count(name)]: str(number) for name, number in counts.items()}
    facts |= dict(choice_lines(ImportChoices.from_json(record.options)))
    for name, value in facts.items():
        if value:
            lines.add_row(name, said(value))
    for name, value in counted.items():
        # "Started" is an instant above, and a count here.
        lines.add_row(f"  {name}", value)
    out.print(lines)


def _kind(record: ImportRecord) -> str:
    return "dry run" if record.dry_run else "import"


def _row_as_json(row: ImportRow) -> dict[str, Any]:
    return {
        "line": row.line,
        "value": row.value,
        "outcome": row.outcome.value,
        "code": row.reason,
        "reason": imported_row_text(row),
        "candidates": list(row.candidates),
        "objectId": row.object_id,
    }


def _unknown_as_json(row: AttentionItem) -> dict[str, Any]:
    import_id, _, line = row.key.rpartition("/")
    return {
        "line": int(line),
        "value": row.detail,
        "importedAt": iso(row.since),
        "importId": import_id,
    }


def _as_json(record: ImportRecord) -> dict[str, Any]:
    done, counts = totals(record.counts)
    return {
        "importId": record.import_id,
        "batchId": record.batch_id,
        "dryRun": record.dry_run,
        "requestedBy": record.requested_by,
        "requestedAt": iso(record.requested_at),
        "fileName": record.file_name,
        "fileHash": record.file_hash,
        "options": with_json_keys(record.options),
        "rows": record.rows,
        "rowsDone": done,
        "counts": counts,
        "state": record.state.value,
        "trouble": record.trouble,
        "lastInvitationAt": iso(record.last_invitation_at),
        "finishedAt": iso(record.finished_at),
    }
