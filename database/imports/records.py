"""Where imports write how far they are: counts, state and the rows that somebody has to look at."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.imports.imports import begin_import, set_counts, set_import_state
from database.imports.rows import delete_rows, put_rows
from database.tombstones import Tombstones
from domain.instants import microseconds
from domain.tables.import_parts import PartProgress, state_of
from domain.tables.imports import ImportRecord, ImportRow, ImportState


class ImportRecords:
    """Writes what the parts of imports say."""

    def __init__(self, database: Database, tombstones: Tombstones) -> None:
        """Use this database; nothing is written about whom the tombstones name."""
        self._database = database
        self._tombstones = tombstones

    async def write(
        self,
        record: ImportRecord,
        part: PartProgress,
        rows: Sequence[ImportRow],
        *,
        in_place_of: tuple[int, int] | None = None,
    ) -> None:
        """Record how far a part is, and some of its rows; the same call may be repeated.

        Rows of people who were erased after the import was asked for are left out.

        Args:
            record: the whole import, as its first part records it.
            part: how far this part is, in place of what it said before.
            rows: what became of some rows.
            in_place_of: the first and the last line of whose rows nothing else is true any more.

        Raises:
            DatabaseUnavailable: nothing was written; the same call may succeed later.
        """
        async with self._database.writing() as connection:
            await begin_import(connection, record)
            if in_place_of is not None:
                await delete_rows(connection, record.import_id, *in_place_of)
            kept = await self._without_erased(connection, rows, record.requested_at)
            await put_rows(connection, record.import_id, kept)
            said = await set_counts(connection, record.import_id, part.number, part.as_json())
            state, trouble = state_of(said, part.of_parts)
            has_ended = state not in {ImportState.RUNNING, ImportState.WAITING}
            await set_import_state(
                connection,
                record.import_id,
                state,
                trouble=trouble,
                finished_at=datetime.now(UTC) if has_ended else None,
            )

    async def erased_since(
        self, object_ids: Collection[str], requested_at: datetime
    ) -> frozenset[str]:
        """Return who of these was erased after an import was asked for.

        Raises:
            DatabaseUnavailable: nobody can say just now.
        """
        async with self._database.reading() as connection:
            return await self._erased(connection, object_ids, requested_at)

    async def _without_erased(
        self, connection: AsyncConnection, rows: Sequence[ImportRow], requested_at: datetime
    ) -> list[ImportRow]:
        people = {row.object_id for row in rows if row.object_id is not None}
        if not people:
            return list(rows)
        await self._tombstones.lock(connection, people)
        erased = await self._erased(connection, people, requested_at)
        return [row for row in rows if row.object_id not in erased]

    async def _erased(
        self, connection: AsyncConnection, object_ids: Collection[str], requested_at: datetime
    ) -> frozenset[str]:
        found = await self._tombstones.read(connection, object_ids)
        asked = microseconds(requested_at)
        return frozenset(object_id for object_id, revision in found.items() if revision > asked)
