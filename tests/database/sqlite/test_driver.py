"""A transaction of the embedded database begins with its first statement, and ends with it."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from database.sqlite.driver import WholeConnection, connect

BEGIN = "BEGIN IMMEDIATE"
INSERT = "INSERT INTO one VALUES (1)"


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[WholeConnection]:
    """Return a connection to a file with an empty table."""
    opened = await connect(str(tmp_path / "one.sqlite"), isolation_level=None)
    await opened.cursor().execute("CREATE TABLE one (number INTEGER)")
    yield opened
    await opened.close()


async def numbers(connection: WholeConnection) -> int:
    """Count what is in the table, outside of any transaction."""
    cursor = await connection.cursor().execute("SELECT count(*) FROM one")
    return int((await cursor.fetchall())[0][0])


@pytest.mark.parametrize(("ends_with", "kept"), [("commit", 1), ("rollback", 0)])
async def test_a_transaction_holds_all_its_statements(
    connection: WholeConnection, ends_with: str, kept: int
) -> None:
    """Both statements are kept or neither is, and the next transaction begins anew."""
    connection.begin_with_next(BEGIN)
    for _ in range(2):
        await connection.cursor().execute(INSERT)
    assert connection.in_transaction
    await getattr(connection, ends_with)()
    assert not connection.in_transaction
    # As the pool does when a connection comes back.
    await connection.rollback()
    assert await numbers(connection) == 2 * kept


@pytest.mark.parametrize("ends_with", ["commit", "rollback"])
async def test_a_transaction_without_statements_is_none(
    connection: WholeConnection, ends_with: str
) -> None:
    """It takes no lock, and what follows outside of it is on its own."""
    connection.begin_with_next(BEGIN)
    await getattr(connection, ends_with)()
    await connection.cursor().execute(INSERT)
    assert not connection.in_transaction
    assert await numbers(connection) == 1


async def test_a_statement_whose_caller_is_gone_is_rolled_back(connection: WholeConnection) -> None:
    """One that the thread only comes to after the cancellation is within its transaction."""
    may_go_on = threading.Event()

    async def insert() -> None:
        await connection.cursor().execute(INSERT)

    busy = asyncio.create_task(
        connection.in_thread(lambda _: may_go_on.wait(60), connection.cursor())
    )
    await asyncio.sleep(0)
    connection.begin_with_next(BEGIN)
    waiting = asyncio.create_task(insert())
    await asyncio.sleep(0)
    waiting.cancel()
    rolled_back = asyncio.create_task(connection.rollback())
    await asyncio.sleep(0)
    may_go_on.set()
    await asyncio.gather(busy, rolled_back)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not connection.in_transaction
    assert await numbers(connection) == 0


async def test_one_whose_opening_was_cancelled_is_closed(tmp_path: Path) -> None:
    """The thread opens it all the same, behind the cancellation."""
    may_open, closed = threading.Event(), threading.Event()

    class Watched(sqlite3.Connection):
        def close(self) -> None:
            super().close()
            closed.set()

    def open_later() -> sqlite3.Connection:
        may_open.wait(60)
        return sqlite3.connect(tmp_path / "one.sqlite", factory=Watched)

    async def opened() -> None:
        await WholeConnection(open_later)

    opening = asyncio.create_task(opened())
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    may_open.set()
    assert await asyncio.to_thread(closed.wait, 60)
