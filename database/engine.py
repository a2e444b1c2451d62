"""The connections to our database: where it is, how it is read and how it is written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from database import postgresql, sqlite
from database.errors import unavailable

FILE_NAME = "mfa-rollout.sqlite"


def default_url(data_dir: Path) -> str:
    """Return the address of the embedded database in a folder on a local disk."""
    return f"sqlite+aiosqlite:///{(data_dir / FILE_NAME).absolute()}"


def database_at(url: str | None, data_dir: Path) -> "Database":
    """Return the database with this address, or the embedded one in a folder on a local disk."""
    return Database(url or default_url(data_dir))


class Database:
    """Our database as one process sees it.

    Writers and readers have connections of their own. On SQLite a process has one writer, which
    takes the write lock when it begins: a transaction that reads first and writes later would be
    refused while another process writes, however long it may wait.
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
        if self.url.drivername == "sqlite+aiosqlite":
            self.writer: AsyncEngine = sqlite.writing_engine(self.url)
            self.reader: AsyncEngine = sqlite.reading_engine(self.url)
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
        async with _translated(self.writer) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads.

        Raises:
            DatabaseUnavailable: the database can't be read.
        """
        async with _translated(self.reader) as connection:
            yield connection

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


@asynccontextmanager
async def _translated(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    try:
        async with engine.begin() as connection:
            yield connection
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        if failure := unavailable(error):
            raise failure from error
        raise
