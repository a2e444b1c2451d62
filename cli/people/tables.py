"""Our tables as the verbs open them, and how people's names and times are shown in a terminal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from database.engine import Database, database_at
from database.errors import SchemaOutdated
from database.migrate import check
from domain.plain_text import one_line
from settings import DatabaseSettings, load_settings


@asynccontextmanager
async def open_tables() -> AsyncIterator[Database]:
    """Open the database that the settings name, and close it when the block ends.

    Raises:
        SettingsError: settings are wrong.
        DatabaseUnavailable: it can't be reached.
        SchemaOutdated: it has no tables, or older ones.
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
    file = database.url.database
    if database.is_sqlite and file and not Path(file).exists():
        raise SchemaOutdated(
            f"There is no database at {file}: look at DATA_DIR and DATABASE_URL, or run"
            " `mfa-rollout migrate`."
        )


def table(*columns: str) -> Table:
    """Return a table in which a long value goes on in the next line, rather than being cut off."""
    made = Table(box=None)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def said(text: object) -> str:
    """Return other people's words for a line of rich's: none may move the cursor or turn it."""
    return escape(one_line(str(text)))


def clock(at: datetime) -> str:
    """Return an instant as the clock of this machine shows it, with the zone's name."""
    local = at.astimezone()
    return f"{local:%d %b %Y %H:%M} {local.tzname()}"


def iso(at: datetime | None) -> str | None:
    """Return an instant for programs."""
    return None if at is None else at.isoformat()
