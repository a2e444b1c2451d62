"""The embedded database: SQLite in WAL mode, one writer at a time and several readers a process."""

from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from database.sqlite import driver
from database.sqlite.driver import WholeConnection
from database.sqlite.group_commit import GroupCommit
from database.sqlite.transactions import Transactions, execute

# How long a writer waits while another process writes, in milliseconds.
BUSY_TIMEOUT = 10_000
READERS = 4

_COMMON = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32000",
)
# FULL: a mail's row must outlive a power cut once it is committed, or the mail is sent twice.
_WRITER = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *_COMMON)
_READER = (*_COMMON, "PRAGMA query_only = ON", "PRAGMA mmap_size = 1073741824")
_BEGIN_TO_WRITE, _BEGIN_TO_READ = "BEGIN IMMEDIATE", "BEGIN"


def writing_engine(url: URL) -> AsyncEngine:
    """Return an engine with one connection, whose transactions take the write lock at once."""
    return _engine(url, size=1, pragmas=_WRITER, begin=_BEGIN_TO_WRITE)


def reading_engine(url: URL) -> AsyncEngine:
    """Return an engine whose connections refuse to write."""
    return _engine(url, size=READERS, pragmas=_READER, begin=_BEGIN_TO_READ)


def writing_transactions(url: URL, turn: AbstractAsyncContextManager[None]) -> GroupCommit:
    """Return what does whole transactions, which take the write lock at once, each in its turn."""
    return GroupCommit(_transactions_engine(url, pragmas=_WRITER, begin=_BEGIN_TO_WRITE), turn)


def reading_transactions(url: URL) -> Transactions:
    """Return what does whole transactions, in which nothing can be written."""
    return Transactions(_transactions_engine(url, pragmas=_READER, begin=_BEGIN_TO_READ))


async def reading_connection(url: URL) -> WholeConnection:
    """Open a connection outside of the engines, which refuses to write.

    Each of its statements is a transaction of its own.

    Raises:
        sqlite3.Error: there is no such file, or it can't be read.
    """
    file = _existing(url.database or "")
    connection = await driver.connect(file, uri=True, isolation_level=None)
    for pragma in _READER:
        await connection.cursor().execute(pragma)
    return connection


def _existing(path: str) -> str:
    # SQLite would make a file that isn't there: an empty one that others may read. Only
    # migrations make it.
    return f"file:{quote(path)}?mode=rw"


def _engine(url: URL, *, size: int, pragmas: tuple[str, ...], begin: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=size, max_overflow=0, hide_parameters=True)
    _prepare(engine.sync_engine, pragmas, async_creator_fn=driver.connect)

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        whole: Any = connection.connection.driver_connection
        whole.begin_with_next(begin)

    return engine


def _transactions_engine(url: URL, *, pragmas: tuple[str, ...], begin: str) -> Engine:
    there = url.set(drivername="sqlite")
    engine = create_engine(there, pool_size=1, max_overflow=0, hide_parameters=True)
    _prepare(engine, pragmas)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        execute(connection, begin)

    return engine


def _prepare(engine: Engine, pragmas: tuple[str, ...], **connecting: Any) -> None:
    """Let an engine open no file that isn't there, and set up its connections."""

    @event.listens_for(engine, "do_connect")
    def _existing_file(_dialect: Any, _record: Any, names: list[str], options: Any) -> None:
        names[0] = _existing(names[0])
        options.update(connecting, uri=True)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        # The driver would begin a transaction by itself, and only at the first INSERT.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()
