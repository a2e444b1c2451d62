"""Work that needs nothing but the database is one transaction, on either engine."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.errors import DatabaseUnavailable
from database.schema import state

AT = datetime(2026, 11, 26, tzinfo=UTC)
sqlite_alone = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def _put(connection: AsyncConnection, name: str = "a") -> None:
    await connection.execute(state.insert(), {"name": name, "value": 0, "at": AT})


async def _names(connection: AsyncConnection) -> list[str]:
    return list((await connection.scalars(select(state.c.name).order_by(state.c.name))).all())


async def test_what_is_written_is_committed_and_answered(database: Database) -> None:
    """Whoever asks gets what the work returns, and another connection sees what it wrote."""

    async def work(connection: AsyncConnection) -> list[str]:
        await _put(connection)
        return await _names(connection)

    assert await database.write(work) == ["a"]
    assert await database.read(_names) == ["a"]
    async with database.reading() as connection:
        assert await _names(connection) == ["a"]


async def test_work_that_fails_leaves_nothing_behind(database: Database) -> None:
    """What was written before an error is rolled back, and the next work goes on."""

    async def work(connection: AsyncConnection) -> None:
        await _put(connection)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(work)
    await database.write(lambda connection: _put(connection, "b"))
    assert await database.read(_names) == ["b"]


async def test_reading_refuses_to_write(database: Database) -> None:
    """A transaction for reading changes nothing, and says so as the database's failures do."""
    with pytest.raises(DatabaseUnavailable):
        await database.read(_put)
    assert await database.read(_names) == []


@sqlite_alone
async def test_work_that_waits_for_something_else_is_refused(database: Database) -> None:
    """It would hold up all other writers: an error says so, and nothing of it is kept."""

    async def work(connection: AsyncConnection) -> None:
        await _put(connection)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError):
        await database.write(work)
    assert await database.read(_names) == []


@sqlite_alone
async def test_a_caller_that_is_cancelled_stops_nothing(database: Database) -> None:
    """The transaction goes on in its thread and is committed; those behind it follow."""
    begun, go_on = threading.Event(), threading.Event()

    async def work(connection: AsyncConnection) -> None:
        begun.set()
        go_on.wait()
        await _put(connection)

    task = asyncio.create_task(database.write(work))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await database.write(lambda connection: _put(connection, "b"))
    assert await database.read(_names) == ["a", "b"]


@sqlite_alone
async def test_writers_of_a_process_take_turns(database: Database) -> None:
    """Work waits for an open transaction here, and not for SQLite's lock, which is refused."""
    await database.write(lambda connection: connection.execute(text("PRAGMA busy_timeout = 0")))
    async with database.writing() as connection:
        task = asyncio.create_task(database.write(lambda connection: _put(connection, "b")))
        await _put(connection)
        assert not task.done()
    await task
    assert await database.read(_names) == ["a", "b"]
