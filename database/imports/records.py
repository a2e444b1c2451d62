"""Where imports write how far they are: counts, state and the rows that somebody has to look at."""

from collections.abc import Sequence
from datetime import UTC, datetime

from database.engine import Database
from database.imports.imports import begin_import, set_counts, set_import_state
from database.imports.rows import delete_rows, put_rows
from domain.records.import_parts import PartProgress, state_of
from domain.records.imports import ImportRecord, ImportRow, ImportState


class ImportRecords:
    """Writes what the parts of imports say."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database

    async def write(
        self,
        record: ImportRecord,
        part: PartProgress,
        rows: Sequence[ImportRow],
        *,
        in_place_of: tuple[int, int] | None = None,
    ) -> None:
        """Record how far a part is, and some of its rows; the same call may be repeated.

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
            await put_rows(connection, record.import_id, rows)
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
