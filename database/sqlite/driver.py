"""SQLite connections that need one switch of threads for each statement, and none for its BEGIN.

``aiosqlite`` runs every call in the connection's own thread: making a cursor, executing, fetching
and closing. For statements of a tenth of a millisecond these switches are most of the work.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Self

from aiosqlite import Connection

# Not used: rows are never read in chunks.
_CHUNK = 64


class WholeCursor:
    """A statement at a time: executed, read to its end and closed in one go."""

    arraysize = 1

    def __init__(self, connection: "WholeConnection") -> None:
        """Do nothing yet."""
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        """Nothing has to be opened."""
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute a statement."""
        await self._connection.in_thread(lambda cursor: cursor.execute(sql, parameters), self)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Execute a statement with each of these parameters."""
        await self._connection.in_thread(lambda cursor: cursor.executemany(sql, parameters), self)
        return self

    async def fetchall(self) -> list[Any]:
        """Return all rows, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Forget the rows."""
        self._rows = []

    def keep(self, cursor: sqlite3.Cursor) -> None:
        """Take over everything that a cursor has to tell."""
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid


class WholeConnection(Connection):
    """A connection with such cursors, which holds no process back from its end."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        """Connect once it is awaited."""
        self._opened: sqlite3.Connection | None = None

        def open_and_keep() -> sqlite3.Connection:
            self._opened = connector()
            return self._opened

        super().__init__(open_and_keep, _CHUNK)
        self._thread.daemon = True
        self._begin: str | None = None
        self._may_be_in_transaction = False

    def __del__(self) -> None:
        """Close it without a word: a task that is cancelled while a pool opens one lets it go."""
        if self._connection is not None:
            self.stop()

    def stop(self) -> asyncio.Future[Any] | None:
        """Close it and end its thread, also where the task was cancelled that let it be opened."""

        def close() -> None:
            if self._opened is not None:
                self._opened.close()

        self._tx.put_nowait((None, close))
        return super().stop()

    def cursor(self) -> WholeCursor:  # type: ignore[override]
        """Return a cursor without asking the thread."""
        return WholeCursor(self)

    def begin_with_next(self, begin: str) -> None:
        """Begin a transaction right before the next statement, in the same switch of threads."""
        self._begin = begin

    async def in_thread(
        self, execute: Callable[[sqlite3.Cursor], object], into: WholeCursor
    ) -> None:
        """Execute in the connection's thread, and keep what came of it."""
        # Taken now: a caller that is cancelled before the thread comes to it rolls back behind it.
        begin, self._begin = self._begin, None
        self._may_be_in_transaction = True

        def run() -> None:
            cursor = self._conn.cursor()
            try:
                if begin is not None:
                    cursor.execute(begin)
                execute(cursor)
                into.keep(cursor)
            finally:
                cursor.close()

        await self._execute(run)  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        """Commit, if a statement has begun a transaction."""
        await self._end(super().commit)

    async def rollback(self) -> None:
        """Roll back, if a statement has begun a transaction: pools ask for it after a commit."""
        await self._end(super().rollback)

    async def _end(self, end: Callable[[], Awaitable[None]]) -> None:
        self._begin = None
        if self._may_be_in_transaction:
            await end()
            self._may_be_in_transaction = False


async def connect(file: str, **options: Any) -> WholeConnection:
    """Open a connection, as SQLAlchemy asks for one."""
    connection = WholeConnection(lambda: sqlite3.connect(file, **options))
    await connection
    return connection
