"""How far the tables have come, and whether they hold everybody."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from database.engine import Database
from database.rollout.marks import HIGH_WATER, mark_complete, raise_high_water, unmark
from database.schema import enrolment, state


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedMark:
    """The mark of the tables, and whether they were found to be older than the one kept apart."""

    mark: int
    was_restored: bool


class Completeness:
    """Keeps the complete-mark and the high-water mark of the tables."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database

    async def raise_mark(self, kept: int) -> RaisedMark:
        """Raise the high-water mark to the latest write of the tables.

        Tables whose mark is below the one that is kept apart were restored and lack writes: their
        complete-mark goes first, or later writes would hide it.

        Args:
            kept: the mark that the control workflow keeps.

        Raises:
            DatabaseUnavailable: it couldn't be written; the same call may succeed later.
        """
        now = datetime.now(UTC)
        async with self._database.writing() as connection:
            query = select(state.c.value).where(state.c.name == HIGH_WATER)
            before = int((await connection.execute(query)).scalar() or 0)
            latest = int((await connection.scalar(select(func.max(enrolment.c.revision)))) or 0)
            was_restored = before < kept
            if was_restored:
                await unmark(connection)
            mark = await raise_high_water(connection, max(kept, latest), now=now)
        return RaisedMark(mark=mark, was_restored=was_restored)

    async def mark(self) -> None:
        """Say that everybody is in the tables.

        Raises:
            DatabaseUnavailable: it couldn't be written.
        """
        async with self._database.writing() as connection:
            await mark_complete(connection, now=datetime.now(UTC))

    async def unmark(self) -> None:
        """Say that people may be missing.

        Raises:
            DatabaseUnavailable: it couldn't be written.
        """
        async with self._database.writing() as connection:
            await unmark(connection)
