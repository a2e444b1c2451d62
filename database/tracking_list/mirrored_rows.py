"""What was last written to the tracking list, for the pass that compares the list with it."""

from collections.abc import Collection
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import enrolment
from domain.status import EnrolmentEnd
from domain.tables.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class MirroredRow:
    """A person's item, and its columns as they were written; ended people's are left alone."""

    object_id: str
    revision: int
    item_id: str | None
    written: dict[str, Json]
    refused: dict[str, str]
    ended: EnrolmentEnd | None
    own_token: bool


_COLUMNS = tuple(enrolment.c[one.name] for one in fields(MirroredRow))


async def read_mirrored(
    connection: AsyncConnection, *, after: str | None = None, limit: int = 1000
) -> list[MirroredRow]:
    """Return people in the order of their ObjectIds, beginning after one of them."""
    query = select(*_COLUMNS).where(enrolment.c.stripped_at.is_(None))
    if after is not None:
        query = query.where(enrolment.c.object_id > after)
    rows = await connection.execute(query.order_by(enrolment.c.object_id).limit(limit))
    return [MirroredRow(**row) for row in rows.mappings()]


async def read_mirrored_of(
    connection: AsyncConnection, object_ids: Collection[str]
) -> dict[str, MirroredRow]:
    """Return the rows of these people by ObjectId, a thousand at most; stripped ones are ended."""
    rows = await connection.execute(
        select(*_COLUMNS).where(enrolment.c.object_id.in_(set(object_ids)))
    )
    return {row["object_id"]: MirroredRow(**row) for row in rows.mappings()}
