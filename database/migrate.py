"""Brings the tables to this program's schema."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from database import roles
from database.engine import Database
from database.errors import DatabaseUnavailable, unavailable
from database.schema_version import MIGRATIONS, revision_of

# A lock that can't be had holds up everybody behind it; so the wait is short, and repeated.
LOCK_TIMEOUT = "2s"
ATTEMPTS = 30
PAUSE = 1.0
T = TypeVar("T")
# Any number that no other program uses in our database.
_LOCK = 0x6D66615F6D696772


async def upgrade(database: Database, *, migrations: Path = MIGRATIONS) -> list[str]:
    """Run the migrations that are missing and return their revisions.

    Each is one transaction: one that is interrupted leaves nothing behind. Several processes may
    call this at once. On PostgreSQL it has to connect as the owner of the tables; afterwards it
    grants the two roles what they need.

    Raises:
        DatabaseUnavailable: the database couldn't be reached, or locked, for half a minute.
    """
    if database.is_sqlite and database.url.database:
        try:
            await asyncio.to_thread(_create_private_file, Path(database.url.database))
        except OSError as error:
            raise DatabaseUnavailable(
                f"The database's file can't be made ({error.strerror}): look at DATA_DIR."
            ) from None
    config = _config(migrations)
    applied: list[str] = []
    while (revision := await _patiently(partial(_next_step, database, config))) is not None:
        applied.append(revision)
    if not database.is_sqlite:
        # Roles are the whole cluster's: another of its databases may be making them just now.
        await _patiently(partial(_grant, database))
    return applied


async def _patiently(step: Callable[[], Awaitable[T]]) -> T:
    for _ in range(ATTEMPTS - 1):
        try:
            return await step()
        except DatabaseUnavailable:
            await asyncio.sleep(PAUSE)
    return await step()


async def _grant(database: Database) -> None:
    async with database.writing() as connection:
        await _lock(connection)
        await roles.grant(connection)


async def _next_step(database: Database, config: Config) -> str | None:
    """Run the next migration and return its revision, None when there is none."""
    async with database.writing() as connection:
        await _lock(connection)
        script = _following(config, await revision_of(connection))
        if script is None:
            return None
        if getattr(script.module, "TRANSACTIONAL", True) or database.is_sqlite:
            await connection.run_sync(_run, config, script.revision)
            return script.revision
    return await _outside_a_transaction(database, config, script)


async def _outside_a_transaction(database: Database, config: Config, script: Script) -> str:
    """Run a migration that makes indexes CONCURRENTLY; each of its statements may be repeated."""
    connecting = database.writer.execution_options(isolation_level="AUTOCOMMIT").connect()
    try:
        async with connecting as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            try:
                if await revision_of(connection) != script.revision:
                    await connection.run_sync(_run, config, script.revision)
            finally:
                await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
    except Exception as error:
        raise unavailable(error) or error from error
    return script.revision


def _create_private_file(path: Path) -> None:
    """Create the embedded database's file: nobody else on the machine may read names in it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)


async def _lock(connection: AsyncConnection) -> None:
    """Keep other migrating processes out; SQLite's writer did so when it began."""
    if connection.dialect.name != "postgresql":
        return
    await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    await connection.execute(text("SET LOCAL statement_timeout = 0"))
    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _following(config: Config, current: str | None) -> Script | None:
    """Return the step after ``current``; None at the last, and for a schema newer than ours."""
    for script in ScriptDirectory.from_config(config).walk_revisions():
        if script.down_revision == current:
            return script
    return None


def _run(connection: Connection, config: Config, revision: str) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config
