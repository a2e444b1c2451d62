"""Keeps what a check that comes round has found, for those who look later."""

from datetime import UTC, datetime

from database.engine import Database
from database.rollout.marks import set_pass
from domain.tables.values import Json


class CheckReports:
    """What each check found last."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database

    async def keep(self, check: str, report: dict[str, Json]) -> None:
        """Keep what a check has found, and that it was made now.

        Raises:
            DatabaseUnavailable: it couldn't be written.
        """
        async with self._database.writing() as connection:
            await set_pass(connection, check, report, now=datetime.now(UTC))
