"""What people can be filtered by: batches, departments, languages, mails after which they came."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import enrolment

MOST = 500
_C = enrolment.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The values that people have, in order, so many of each at most."""

    batches: tuple[str, ...]
    departments: tuple[str, ...]
    languages: tuple[str, ...]
    registered_after: tuple[str, ...]


async def read_choices(connection: AsyncConnection) -> Choices:
    """Return what there is to choose from."""
    return Choices(
        batches=await _values(connection, _C.batch_id),
        departments=await _values(connection, _C.department),
        languages=await _values(connection, _C.language),
        registered_after=await _values(connection, _C.registered_after),
    )


async def _values(connection: AsyncConnection, column: ColumnElement[str]) -> tuple[str, ...]:
    query = select(column).where(column.is_not(None)).distinct().order_by(column).limit(MOST)
    return tuple((await connection.execute(query)).scalars())
