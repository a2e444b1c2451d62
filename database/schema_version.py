"""Refuses to work with tables that are older than this program.

Every process asks when it starts, so it is done without Alembic, which takes a while to import.
"""

import asyncio
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.errors import DatabaseError, SchemaOutdated

MIGRATIONS = Path(__file__).parent / "migrations"
NO_TABLES = "The database has no tables yet: run `mfa-rollout migrate`."


async def check(database: Database, *, migrations: Path = MIGRATIONS) -> None:
    """Return if this program can work with the tables: they are as it knows them, or newer.

    Raises:
        SchemaOutdated: they are older, or there are none.
    """
    if database.is_sqlite and not await asyncio.to_thread(_file_exists, database):
        raise SchemaOutdated(NO_TABLES)
    async with database.reading() as connection:
        current = await revision_of(connection)
    if current is None:
        raise SchemaOutdated(NO_TABLES)
    known = known_revisions(migrations)
    if current in known[:-1]:
        raise SchemaOutdated(
            f"The database has schema {current} and this release needs {known[-1]}:"
            " run `mfa-rollout migrate`."
        )


async def outdated(database: Database) -> SchemaOutdated | None:
    """Return that the tables are older than this program, where they are.

    A column that isn't there yet looks like a database that can't be used.
    """
    try:
        await check(database)
    except SchemaOutdated as failure:
        return failure
    except DatabaseError:
        pass
    return None


def known_revisions(migrations: Path = MIGRATIONS) -> list[str]:
    """Return the revisions that this program knows, oldest first: their files' names begin so."""
    return sorted(
        file.name.partition("_")[0] for file in (migrations / "versions").glob("[0-9]*.py")
    )


async def revision_of(connection: AsyncConnection) -> str | None:
    """Return the revision of the tables, None where there are none."""

    def read(sync: Connection) -> str | None:
        if not inspect(sync).has_table("alembic_version"):
            return None
        return sync.execute(text("SELECT version_num FROM alembic_version")).scalar()

    return await connection.run_sync(read)


def _file_exists(database: Database) -> bool:
    return Path(database.url.database or "").is_file()
