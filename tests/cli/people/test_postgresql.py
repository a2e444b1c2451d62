"""Every verb that reads our tables tells the same on PostgreSQL as on SQLite."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from database.audit.chain import append
from database.engine import Database
from database.imports.records import ImportRecords
from database.migrate import upgrade
from domain.tables.audit import Actor, AuditAction, AuditEntry
from domain.tables.import_parts import PartProgress
from domain.tables.imports import ImportRow, RowOutcome
from tests.cli.people.conftest import WHEN, Verb, fill, verb_of
from tests.database.conftest import create_database, drop_database
from tests.database.test_imports import IMPORT
from tests.database.values import TOMBSTONES, object_id

READS = [
    ("migrate",),
    # Of a batch, or others' stuck workflows would be counted.
    ("status", "--batch-id", "autumn", "--json"),
    ("show", "lovelace", "--json"),
    ("people", "list", "--json"),
    ("people", "list", "--text", "contoso", "--sort", "due", "--descending", "--json"),
    ("people", "list", "--batch-id", "winter", "--sort", "changed", "--json"),
    ("attention", "--json"),
    ("attention", "no-manager", "--json"),
    ("attention", "unknown-row", "--json"),
    ("imports", "list", "--json"),
    ("imports", "show", "autumn", "--json"),
    ("imports", "rejects", "autumn", "--json"),
    ("audit", "list", "--json"),
    ("audit", "verify"),
    ("audit", "export"),
]


@pytest.fixture
async def same_tables(sqlite_database: Database, postgresql: str) -> AsyncIterator[str]:
    """Fill tables of both engines alike; give the address of those in PostgreSQL."""
    url = await create_database(postgresql)
    now = datetime.now(UTC)
    database = Database(url)
    await upgrade(database)
    for one in (sqlite_database, database):
        await fill(one, now)
        row = ImportRow(line=2, value="adda@contoso.com", outcome=RowOutcome.UNKNOWN)
        part = PartProgress(number=1, of_parts=2, rows_done=1, counts={"unknown": 1})
        await ImportRecords(one, TOMBSTONES).write(IMPORT, part, [row])
        actor = Actor(name="Bob", object_id=object_id(50))
        entry = AuditEntry(at=WHEN, actor=actor, action=AuditAction.PAUSE, person=object_id(1))
        async with one.writing() as connection:
            await append(connection, entry)
    await database.close()
    yield url
    await drop_database(url)


def test_verbs_tell_the_same_on_both_engines(
    same_tables: str,
    sqlite_database: Database,
    temporal_address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Output and exit status are the same, word by word."""
    folder = Path(str(sqlite_database.url.database)).parent
    verb: Verb = verb_of(folder, monkeypatch)
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    told = {}
    for url in ("", same_tables):
        monkeypatch.setenv("DATABASE_URL", url)
        told[url] = {words: verb(*words) for words in READS}
    for words in READS:
        status, output = told[same_tables][words]
        assert status == 0, output
        assert output, words
    assert told[same_tables] == told[""]
