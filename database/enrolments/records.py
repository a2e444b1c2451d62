"""The people's tables as activities are given them: each call is a transaction of its own."""

from collections.abc import Sequence
from datetime import datetime

from database.engine import Database
from database.enrolments.link_owners import has_own_token
from database.enrolments.person import is_row_of, read_as_written
from database.enrolments.record import note_look, note_replaced, record
from database.tombstones import Tombstones
from domain.tables.enrolment import EnrolmentRecord, RowAsWritten, WriteOutcome
from domain.tables.story import StoryEvent


class EnrolmentRecords:
    """People's rows and stories."""

    def __init__(self, database: Database, tombstones: Tombstones) -> None:
        """Use this database; nothing is written about whom the tombstones name."""
        self._database = database
        self._tombstones = tombstones

    async def write(
        self, row: EnrolmentRecord, events: Sequence[StoryEvent], *, begun: int | None = None
    ) -> WriteOutcome:
        """Write a person's row and new events; the same call any number of times is one write.

        Args:
            row: the row.
            events: of the story, those that may be new.
            begun: the revision of the row that this one was made from, where others may have
                written since; then theirs stays.

        Raises:
            DatabaseUnavailable: the database can't be used now.
        """
        return await self._database.write(
            lambda connection: record(
                connection, row, events, begun=begun, tombstones=self._tombstones
            )
        )

    async def note_look(self, object_id: str, at: datetime) -> None:
        """Note that a person's methods were looked at.

        Raises:
            DatabaseUnavailable: the database can't be used now.
        """
        await self._database.write(lambda connection: note_look(connection, object_id, at))

    async def note_replaced(self, object_id: str, *, by: str) -> None:
        """Note which account has a person's name and row now; may be repeated.

        Raises:
            DatabaseUnavailable: the database can't be used now.
        """
        await self._database.write(lambda connection: note_replaced(connection, object_id, by))

    async def has_own_token(self, object_id: str) -> bool:
        """Say whether somebody's links are known to be of our own making.

        Raises:
            DatabaseUnavailable: the database can't be used now.
        """
        return await self._database.read(lambda connection: has_own_token(connection, object_id))

    async def as_written(self, object_id: str) -> RowAsWritten | None:
        """Return of which revision a person's row is, and the columns of the list with it.

        Raises:
            DatabaseUnavailable: the database can't be used now.
        """
        return await self._database.read(lambda connection: read_as_written(connection, object_id))

    async def is_row_of(self, object_id: str, item_id: str) -> bool:
        """Say whether an item of the list is known to be this person's row.

        Raises:
            DatabaseUnavailable: the database can't be used now.
        """
        return await self._database.read(
            lambda connection: is_row_of(connection, object_id, item_id)
        )
