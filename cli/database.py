"""The database that environment and ``.env`` name, for the verbs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from database.engine import Database, database_at
from database.errors import SchemaOutdated
from database.schema_version import check
from settings import DatabaseSettings, load_settings


@asynccontextmanager
async def open_database() -> AsyncIterator[Database]:
    """Open our database, and close it when the block ends.

    Raises:
        SettingsError: a setting is wrong.
        DatabaseUnavailable: it can't be reached.
        SchemaOutdated: it has no tables, or older ones than this program needs.
    """
    settings = load_settings(DatabaseSettings)
    database = database_at(settings.database_address, settings.data_dir)
    try:
        _check_file(database)
        await check(database)
        yield database
    finally:
        await database.close()


def _check_file(database: Database) -> None:
    """Refuse a file that isn't there: connecting would make an empty one, wherever that is.

    Raises:
        SchemaOutdated: there is no file.
    """
    if not has_file(database):
        raise SchemaOutdated(
            f"There is no database at {database.url.database}: look at DATA_DIR and DATABASE_URL,"
            " or run `mfa-rollout migrate`."
        )


def has_file(database: Database) -> bool:
    """Return False if it would be a file that isn't there."""
    file = database.url.database
    return not (database.is_sqlite and file and not Path(file).exists())
