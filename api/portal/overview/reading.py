"""Reads the figures of the overview once for everybody who looks within some seconds."""

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cachetools import TTLCache

from database.engine import Database
from database.figures.overview import Overview, OverviewRules, read_overview

KEPT_FOR = 5.0


class SharedOverview:
    """The overview of the organisation's days; ten who look at once cost one read."""

    def __init__(self, *, kept_for: float = KEPT_FOR) -> None:
        """Keep what was read for so many seconds."""
        self._read: TTLCache[str, asyncio.Task[Overview]] = TTLCache(4, kept_for)

    async def read(self, database: Database, time_zone: str) -> Overview:
        """Return the figures.

        Raises:
            DatabaseError: the tables can't be read.
        """
        task = self._read.get(time_zone)
        if task is None or _has_failed(task):
            task = asyncio.create_task(_overview(database, time_zone))
            self._read[time_zone] = task
        # Somebody who leaves takes it from nobody else.
        return await asyncio.shield(task)


async def _overview(database: Database, time_zone: str) -> Overview:
    rules = OverviewRules(zone=ZoneInfo(time_zone))
    async with database.reading() as connection:
        return await read_overview(connection, rules, now=datetime.now(UTC))


def _has_failed(task: asyncio.Task[Overview]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
