"""People who are Active, and what a later look at them found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from database.engine import Database
from database.schema import enrolment
from domain.status import EnrolmentEnd
from domain.tables.attention import AttentionKind

_C = enrolment.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivePerson:
    """A person whose enrolment ended as Active, as the row has it."""

    object_id: str
    in_group: bool
    attention: AttentionKind | None


class ActivePeople:
    """Reads people who are Active, and notes what an admin should look at."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database

    async def read(self) -> list[ActivePerson]:
        """Return everybody who is Active.

        Raises:
            DatabaseUnavailable: the database is away.
        """
        query = select(_C.object_id, _C.in_group, _C.attention)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.where(_C.ended == EnrolmentEnd.ACTIVE))
            return [ActivePerson(**row) for row in rows.mappings()]

    async def note(self, findings: Mapping[str, AttentionKind | None], now: datetime) -> None:
        """Note for each person why an admin should look, or that there is no reason any more.

        Raises:
            DatabaseUnavailable: the database is away.
        """
        async with self._database.writing() as connection:
            for object_id, kind in findings.items():
                person = (_C.object_id == object_id, _C.ended == EnrolmentEnd.ACTIVE)
                values = {"attention": kind, "attention_since": now if kind else None}
                await connection.execute(update(enrolment).where(*person).values(values))
