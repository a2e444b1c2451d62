"""An import is recorded once, and its rows can be read again."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from database.engine import Database
from database.imports.imports import (
    begin_import,
    read_import,
    read_imports,
    set_counts,
    set_import_state,
)
from database.imports.rows import REJECTED, put_rows, read_rows
from domain.tables.imports import ImportRecord, ImportRow, ImportState, RowOutcome
from tests.database.values import NOW, object_id

IMPORT = ImportRecord(
    import_id="mfa-batch-autumn-0123456789ab",
    batch_id="autumn",
    requested_by="Ada",
    requested_at=NOW,
    file_hash="0123456789ab",
    file_name="people.csv",
    rows=3,
    options={"wave_size": 100},
)


async def test_an_import_is_recorded_once(database: Database) -> None:
    """The same file under the same batch id keeps the record that it has."""
    async with database.writing() as connection:
        await begin_import(connection, IMPORT)
        await begin_import(connection, replace(IMPORT, requested_by="Charles"))
    async with database.reading() as connection:
        assert await read_import(connection, IMPORT.import_id) == IMPORT
        assert await read_import(connection, "another") is None


async def test_imports_are_listed_latest_first(database: Database) -> None:
    """The list can be narrowed to one batch."""
    later = replace(IMPORT, import_id="b", batch_id="b", requested_at=NOW + timedelta(hours=1))
    async with database.writing() as connection:
        await begin_import(connection, IMPORT)
        await begin_import(connection, later)
    async with database.reading() as connection:
        assert await read_imports(connection) == [later, IMPORT]
        assert await read_imports(connection, batch_id="autumn") == [IMPORT]


async def test_parts_report_side_by_side(database: Database, other: Database) -> None:
    """Each part replaces its own counts alone, even when all report at once."""
    async with database.writing() as connection:
        await begin_import(connection, IMPORT)

    async def report(process: Database, part: int, started: int) -> None:
        async with process.writing() as connection:
            await set_counts(connection, IMPORT.import_id, part, {"started": started})

    async with asyncio.TaskGroup() as group:
        for part in range(10):
            group.create_task(report(other if part % 2 else database, part, part))
    await report(database, 3, 33)
    async with database.reading() as connection:
        record = await read_import(connection, IMPORT.import_id)
    assert record is not None
    assert record.counts == {
        str(part): {"started": 33 if part == 3 else part} for part in range(10)
    }


async def test_an_import_says_what_it_waits_for(database: Database) -> None:
    """Trouble that an admin can mend is shown, and gone when the import is done."""
    async with database.writing() as connection:
        await begin_import(connection, IMPORT)
        waiting = ImportState.WAITING
        await set_import_state(connection, IMPORT.import_id, waiting, trouble="Grant the right.")
    async with database.reading() as connection:
        record = await read_import(connection, IMPORT.import_id)
    assert record == replace(IMPORT, state=waiting, trouble="Grant the right.")
    async with database.writing() as connection:
        done = ImportState.DONE
        await set_import_state(connection, IMPORT.import_id, done, finished_at=NOW)
    async with database.reading() as connection:
        record = await read_import(connection, IMPORT.import_id)
    assert record == replace(IMPORT, state=done, finished_at=NOW)


async def test_rows_are_read_in_their_order(database: Database) -> None:
    """A row that was reported twice says what was said last."""
    rows = [
        ImportRow(line=2, value="ada@contoso.com", outcome=RowOutcome.STARTED),
        ImportRow(
            line=3,
            value="charls@contoso.com",
            outcome=RowOutcome.UNKNOWN,
            reason="nobody has this address",
            candidates=("charles@contoso.com",),
        ),
        ImportRow(line=4, value="", outcome=RowOutcome.REJECTED, reason="no address"),
    ]
    corrected = replace(rows[2], outcome=RowOutcome.STARTED, object_id=object_id(4))
    async with database.writing() as connection:
        await begin_import(connection, IMPORT)
        await put_rows(connection, IMPORT.import_id, rows[::-1])
        await put_rows(connection, IMPORT.import_id, [])
    async with database.reading() as connection:
        assert await read_rows(connection, IMPORT.import_id) == rows
        rejected = await read_rows(connection, IMPORT.import_id, outcomes=REJECTED)
        assert rejected == rows[1:]
        assert await read_rows(connection, IMPORT.import_id, after=3) == rows[2:]
    async with database.writing() as connection:
        await put_rows(connection, IMPORT.import_id, [corrected])
    async with database.reading() as connection:
        assert await read_rows(connection, IMPORT.import_id, after=2) == [rows[1], corrected]
