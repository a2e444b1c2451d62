"""Brings the product's own tables to this release's schema."""

from cli.options import answer
from database.engine import database_at
from database.errors import SchemaOutdated
from database.migrate import upgrade
from database.schema_version import check
from settings import DatabaseSettings, load_settings


async def bring_up_to_date(*, as_json: bool) -> None:
    """Run the migrations that are missing, and say which.

    Raises:
        SettingsError: settings are wrong.
        DatabaseUnavailable: the database can't be reached, or is locked.
    """
    applied = await migrated(load_settings(DatabaseSettings))
    done = [f"schema {revision}: done" for revision in applied]
    answer({"applied": applied}, *(done or ["nothing to do"]), as_json=as_json)


async def migrated(settings: DatabaseSettings) -> list[str]:
    """Run the migrations that are missing, and return their names."""
    database = database_at(settings.database_address, settings.data_dir)
    try:
        return await upgrade(database)
    finally:
        await database.close()


async def migrated_where_older(settings: DatabaseSettings) -> list[str]:
    """Run the migrations that are missing, if any is, and return their names.

    Where none is, the worker's user of the database is enough.
    """
    database = database_at(settings.database_address, settings.data_dir)
    try:
        await check(database)
    except SchemaOutdated:
        return await upgrade(database)
    finally:
        await database.close()
    return []
