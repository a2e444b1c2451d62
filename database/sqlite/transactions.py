"""Whole transactions of SQLite, each in one switch of threads.

A statement takes a tenth of a millisecond, and so does a change to another thread and back. So
whoever needs nothing but the database in a transaction has all of it done where the database is.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")
Work = Callable[[AsyncConnection], Coroutine[Any, Any, T]]


class Transactions:
    """Does one transaction after the other, in a thread of its own."""

    def __init__(self, engine: Engine) -> None:
        """Use one connection of this engine, which is kept."""
        self._engine = engine
        self._connection: Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")

    async def run(self, work: Work[T]) -> T:
        """Do some work in a transaction, which is committed unless it raises an error.

        Whoever is cancelled meanwhile doesn't stop it.

        Raises:
            DBAPIError: it could not be begun, continued or committed.
        """
        return await self.in_transaction(lambda connection: done(work, connection))

    async def in_transaction(self, do: Callable[[Connection], T]) -> T:
        """Call a function in the thread, in a transaction that is rolled back if it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, do)

    def _run(self, do: Callable[[Connection], T]) -> T:
        # To ask the pool for it each time takes longer than a statement.
        connection, self._connection = self._connection or self._engine.connect(), None
        try:
            with connection.begin():
                result = do(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return result

    async def close(self) -> None:
        """Close the connection, once the transaction that is under way has ended."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()


def execute(connection: Connection, sql: str) -> None:
    """Execute what begins or ends something; by SQLAlchemy it would take five times as long.

    Raises:
        DatabaseError: as SQLAlchemy raises it, an ``OperationalError`` among them.
    """
    driver_connection: Any = connection.connection.driver_connection
    try:
        driver_connection.execute(sql)
    except sqlite3.OperationalError as error:
        raise OperationalError(sql, None, error) from error
    except sqlite3.DatabaseError as error:
        raise DatabaseError(sql, None, error) from error


def done(work: Work[T], connection: Connection) -> T:
    """Return what comes of work that waits for nothing.

    Raises:
        RuntimeError: it waits for something else than its database.
    """
    # It has all that code of ours asks a connection for.
    coroutine = work(cast("AsyncConnection", _AnswersAtOnce(connection)))
    try:
        coroutine.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    coroutine.close()
    raise RuntimeError("A transaction waits for something else than its database.")


class _AnswersAtOnce:
    """A connection for code that awaits its answers, which are there at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect = connection.dialect
        self.execute = _awaitable(connection.execute)
        self.scalar = _awaitable(connection.scalar)
        self.scalars = _awaitable(connection.scalars)


def _awaitable(call: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def called(*args: Any, **options: Any) -> Any:
        return call(*args, **options)

    return called
