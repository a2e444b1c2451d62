"""What is written in the same moment shares a commit, and nothing else."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database, Work
from database.errors import DatabaseUnavailable, unavailable
from database.schema import state
from database.sqlite.group_commit import LARGEST
from database.sqlite.transactions import execute

AT = datetime(2026, 11, 26, tzinfo=UTC)


@contextmanager
def commits() -> Iterator[list[Connection]]:
    """Collect the commits of all engines."""
    seen: list[Connection] = []

    def note(connection: Connection) -> None:
        seen.append(connection)

    event.listen(Engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "commit", note)


@asynccontextmanager
async def asked_together(
    database: Database, *works: Work[Any]
) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Ask for all of this while somebody else writes, so that it can only be begun behind it."""
    async with database.writing():
        tasks = [asyncio.create_task(database.write(work)) for work in works]
        # Each has asked when it has run once.
        await asyncio.sleep(0)
        yield tasks


def put(name: str) -> Work[None]:
    """Return the work of writing a name, which must not be there."""

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(state.insert(), {"name": name, "value": 0, "at": AT})

    return work


def put_in_vain(name: str) -> Work[None]:
    """Return work that writes a name, and finds then that it may not."""

    async def work(connection: AsyncConnection) -> None:
        await put(name)(connection)
        raise LookupError(name)

    return work


async def names(connection: AsyncConnection) -> list[str]:
    """Return what was written."""
    return list((await connection.scalars(select(state.c.name).order_by(state.c.name))).all())


async def test_what_comes_together_is_committed_together(sqlite_database: Database) -> None:
    """Three callers share a commit; each sees what those before it have written."""
    with commits() as seen:
        async with asked_together(sqlite_database, put("a"), names, put("b")) as asked:
            pass
        answers = await asyncio.gather(*asked)
    assert answers == [None, ["a"], None]
    # The first is that of whoever they waited for.
    assert len(seen) == 2
    assert await sqlite_database.read(names) == ["a", "b"]


async def test_a_group_has_an_end(sqlite_database: Database) -> None:
    """Other processes get their turn between two groups."""
    everybody = [put(f"{number:02}") for number in range(2 * LARGEST + 1)]
    with commits() as seen:
        async with asked_together(sqlite_database, *everybody) as asked:
            pass
        await asyncio.gather(*asked)
    assert len(seen) == 1 + 3
    assert len(await sqlite_database.read(names)) == len(everybody)


async def test_who_fails_is_undone_alone(sqlite_database: Database) -> None:
    """Those before and behind it are committed; what the database itself refuses is no other."""
    works = (put("a"), put_in_vain("b"), put("a"), put("c"))
    async with asked_together(sqlite_database, *works) as asked:
        pass
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "NoneType",
        "LookupError",
        "IntegrityError",
        "NoneType",
    ]
    assert await sqlite_database.read(names) == ["a", "c"]


async def test_who_finds_no_room_fails_alone(sqlite_database: Database) -> None:
    """What is too large for the file's limit is undone; what is small is there."""

    async def fill(connection: AsyncConnection) -> None:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        await connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
                "INSERT INTO state (name, value, at) "
                "SELECT printf('%0999d', i), 0, '2026-11-26' FROM n"
            )
        )

    async with asked_together(sqlite_database, put("a"), fill, put("b")) as asked:
        pass
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), DatabaseUnavailable, type(None)]
    assert await sqlite_database.read(names) == ["a", "b"]


async def test_nobody_is_told_of_a_commit_that_was_none(sqlite_database: Database) -> None:
    """Where SQLite gives up the whole transaction, all who shared it have failed."""

    async def give_up(connection: AsyncConnection) -> None:
        await connection.execute(text("INSERT OR ROLLBACK INTO state SELECT * FROM state"))

    async with asked_together(sqlite_database, put("a"), give_up, put("b")) as asked:
        pass
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [IntegrityError] * 3
    assert await sqlite_database.read(names) == []
    await sqlite_database.write(put("c"))
    assert await sqlite_database.read(names) == ["c"]


async def test_a_transaction_that_cannot_begin_fails_for_all(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process holds the lock for longer than anybody waits; later all goes on."""
    monkeypatch.setattr("database.sqlite.engines._WRITER", ("PRAGMA busy_timeout = 1",))
    database = Database(sqlite_url)
    with contextlib.closing(sqlite3.connect(database.url.database or "")) as shell:
        shell.execute("BEGIN IMMEDIATE")
        works = [database.write(put(name)) for name in "ab"]
        outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 2
    await database.write(put("c"))
    assert await database.read(names) == ["c"]
    await database.close()


async def test_who_left_before_it_began_has_asked_for_nothing(sqlite_database: Database) -> None:
    """A caller that was cancelled while others wrote finds nothing of its own there."""
    async with asked_together(sqlite_database, put("a"), put("b")) as asked:
        asked[0].cancel()
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert await sqlite_database.read(names) == ["b"]


async def test_closing_waits_for_what_was_asked(sqlite_url: str) -> None:
    """A process that ends commits what its callers wait for."""
    database = Database(sqlite_url)
    asked = [asyncio.create_task(database.write(put(name))) for name in "ab"]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*asked)
    again = Database(sqlite_url)
    assert await again.read(names) == ["a", "b"]
    await again.close()


def test_what_is_said_of_a_file_that_is_no_database(tmp_path: Path) -> None:
    """What SQLite refuses outside of SQLAlchemy is told as its own refusals are."""
    file = tmp_path / "one.sqlite"
    file.write_bytes(b"no database" * 1000)
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection, pytest.raises(DatabaseError) as raised:
        execute(connection, "BEGIN IMMEDIATE")
    engine.dispose()
    assert isinstance(unavailable(raised.value), DatabaseUnavailable)
