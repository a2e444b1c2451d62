"""The database that environment and ``.env`` name, for the verbs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from database.engine import Database, database_at
from database.migrate import check
from settings import DatabaseSettings, load_settings


@asynccontextmanager
async def open_database() -> AsyncIterator[Database]:
    """Open our database, and close it when the block ends.

    Raises:
        SettingsError: a setting is wrong.
        DatabaseUnavailable: it can't be reached.
        SchemaOutdated: its tables are older than this program.
    """
    settings = load_settings(DatabaseSettings)
    database = database_at(settings.database_address, settings.data_dir)
    try:
        await check(database)
        yield database
    finally:
        await database.close()
