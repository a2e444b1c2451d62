"""The connections to our database: where it is, how it is read and how it is written."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from database import postgresql
from database.errors import unavailable
from database.sqlite import engines as sqlite
from database.sqlite.group_commit import GroupCommit
from database.sqlite.transactions import Transactions

T = TypeVar("T")
Work = Callable[[AsyncConnection], Coroutine[Any, Any, T]]
"""What is done in one transaction; on its connection it awaits, and nothing else."""

FILE_NAME = "mfa-rollout.sqlite"


def default_url(data_dir: Path) -> str:
    """Return the address of the embedded database in a folder on a local disk."""
    return f"sqlite+aiosqlite:///{(data_dir / FILE_NAME).absolute()}"


def database_at(url: str | None, data_dir: Path) -> "Database":
    """Return the database with this address, or the embedded one in a folder on a local disk."""
    return Database(url or default_url(data_dir))


class Database:
    """Our database as one process sees it.

    Writers and readers have connections of their own. On SQLite a process writes one transaction at
    a time, which takes the write lock when it begins: one that reads first and writes later would
    be refused while another process writes, however long it may wait. What ``write`` does in the
    same moment shares one.
    """

    def __init__(self, url: str, *, application: str = "mfa-rollout") -> None:
        """Prepare the engines; nothing is opened before the first use.

        Args:
            url: ``sqlite+aiosqlite:///…`` or ``postgresql+asyncpg://…``.
            application: the name under which PostgreSQL lists the connections.

        Raises:
            ValueError: the address is of another kind.
        """
        self.url: URL = make_url(url)
        self._writes: GroupCommit | None = None
        self._reads: Transactions | None = None
        self._turn: asyncio.Lock | None = None
        if self.url.drivername == "sqlite+aiosqlite":
            self.writer: AsyncEngine = sqlite.writing_engine(self.url)
            self.reader: AsyncEngine = sqlite.reading_engine(self.url)
            self._turn = asyncio.Lock()
            self._writes = sqlite.writing_transactions(self.url, self._turn)
            self._reads = sqlite.reading_transactions(self.url)
        elif self.url.drivername == "postgresql+asyncpg":
            self.writer = postgresql.engine(self.url, application)
            self.reader = self.writer.execution_options(postgresql_readonly=True)
        else:
            raise ValueError(
                "DATABASE_URL must begin with sqlite+aiosqlite:// or postgresql+asyncpg://."
            )

    @property
    def is_sqlite(self) -> bool:
        """Return True for the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write; it is committed when the block ends without an error.

        Raises:
            DatabaseUnavailable: it could not be begun, continued or committed.
        """
        async with self._in_turn(), _begun(self.writer) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads.

        Raises:
            DatabaseUnavailable: the database can't be read.
        """
        async with _begun(self.reader) as connection:
            yield connection

    async def write(self, work: Work[T]) -> T:
        """Do some work as a whole; it is committed unless it raises an error.

        It costs less than ``writing``, and isn't stopped when its caller is cancelled.

        Raises:
            DatabaseUnavailable: it could not be begun, continued or committed.
        """
        if self._writes is None:
            async with self.writing() as connection:
                return await work(connection)
        with _translated():
            return await self._writes.run(work)

    async def read(self, work: Work[T]) -> T:
        """Do some work in one transaction that only reads; it costs less than ``reading``.

        Raises:
            DatabaseUnavailable: the database can't be read.
        """
        if self._reads is None:
            async with self.reading() as connection:
                return await work(connection)
        with _translated():
            return await self._reads.run(work)

    def _in_turn(self) -> AbstractAsyncContextManager[None]:
        """Wait for whoever writes in this process: two connections would make each other wait."""
        return nullcontext() if self._turn is None else self._turn

    async def optimize(self) -> None:
        """Let SQLite count what is in its tables; PostgreSQL does so by itself.

        Without it the embedded database reads some lists by the wrong index.
        """
        if self.is_sqlite:
            async with self.writing() as connection:
                # A sample of each index is enough. Not PRAGMA optimize: before SQLite 3.46 it only
                # looks at tables that the same connection has read.
                await connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
                await connection.exec_driver_sql("ANALYZE")

    async def close(self) -> None:
        """Close all connections."""
        await self.reader.dispose()
        await self.writer.dispose()
        for transactions in (self._writes, self._reads):
            if transactions is not None:
                await transactions.close()


@asynccontextmanager
async def _begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    with _translated():
        async with engine.begin() as connection:
            yield connection


@contextmanager
def _translated() -> Iterator[None]:
    """Raise what says that the database can't be used as ``DatabaseUnavailable``."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        if failure := unavailable(error):
            raise failure from error
        raise
