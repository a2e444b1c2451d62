"""Where the worker forgets people: one who is to be erased, and all who ended long ago."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from database.audit import chain
from database.engine import Database
from database.erasure.erase import erase
from database.erasure.manager import ManagedPerson, forget_manager, read_managed
from database.erasure.retention import strip_ended, strip_imports
from database.imports.uploads import forget_uploads
from database.schema import enrolment
from database.tombstones import Tombstones
from domain.tables.audit import AuditHead
from domain.tables.erasure import KnownNames


class Erasures:
    """Deletes rows about people."""

    def __init__(self, database: Database, tombstones: Tombstones) -> None:
        """Use this database; tombstones make late writes about erased people do nothing."""
        self._database = database
        self._tombstones = tombstones

    async def names(self, object_id: str) -> KnownNames:
        """Return by what the tables know a person.

        Raises:
            DatabaseUnavailable: they can't be read.
        """
        query = select(enrolment.c.upn, enrolment.c.batch_id)
        async with self._database.reading() as connection:
            mine = query.where(enrolment.c.object_id == object_id)
            row = (await connection.execute(mine)).one_or_none()
        if row is None:
            return KnownNames()
        upns = (row.upn,) if row.upn else ()
        return KnownNames(upns=upns, batch_ids=(row.batch_id,) if row.batch_id else ())

    async def erase(self, object_id: str, upns: Sequence[str] = ()) -> dict[str, int]:
        """Erase a person, and return how many rows of each table are gone or made nameless.

        Rows of files without an ObjectId are found by these names, too.

        Raises:
            DatabaseUnavailable: nothing was deleted.
        """
        async with self._database.writing() as connection:
            now = datetime.now(UTC)
            return await erase(connection, object_id, upns, now=now, tombstones=self._tombstones)

    async def managed_by(self, upns: Sequence[str]) -> list[ManagedPerson]:
        """Return everybody whose row names one of these as the manager.

        Raises:
            DatabaseUnavailable: the tables can't be read.
        """
        async with self._database.reading() as connection:
            return await read_managed(connection, upns)

    async def forget_manager(self, upns: Sequence[str]) -> int:
        """Take a manager's names out of others' rows, and return how many rows had one.

        Raises:
            DatabaseUnavailable: nothing was changed.
        """
        async with self._database.writing() as connection:
            return await forget_manager(connection, upns)

    async def strip_people(self, before: datetime) -> int:
        """Strip some of those who ended before then; return how many, 0 when all are.

        Raises:
            DatabaseUnavailable: nobody was stripped.
        """
        async with self._database.writing() as connection:
            return await strip_ended(connection, before=before, now=datetime.now(UTC))

    async def strip_imports(self, before: datetime) -> int:
        """Delete the rows of imports that finished before then, and return how many.

        Raises:
            DatabaseUnavailable: nothing was deleted.
        """
        async with self._database.writing() as connection:
            return await strip_imports(connection, before=before)

    async def forget_uploads(self, before: datetime) -> int:
        """Forget what was uploaded before then and never started, and return how many.

        Raises:
            DatabaseUnavailable: nothing was deleted.
        """
        async with self._database.writing() as connection:
            return await forget_uploads(connection, before=before)

    async def audit_head(self) -> AuditHead:
        """Return the last entry of the audit log.

        Raises:
            DatabaseUnavailable: it can't be read.
        """
        async with self._database.reading() as connection:
            return await chain.head(connection)
