"""Clicks that wait in an API's outbox, told to all APIs that share the tables."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import held_click
from database.upsert import insert_or_replace


async def hold_click(connection: AsyncConnection, object_id: str, *, at: datetime) -> None:
    """Say that somebody's click waits."""
    values = {"object_id": object_id, "at": at}
    await connection.execute(insert_or_replace(connection.dialect.name, held_click), values)


async def release_clicks(connection: AsyncConnection, until: Mapping[str, datetime]) -> None:
    """Say that these people's clicks, up to an instant for each, wait no more.

    Temporal has them, or they were dropped. So does whichever is of that instant: by a link whose
    key was dropped it isn't known whose it is.
    """
    at = held_click.c.at
    theirs = (held_click.c.object_id == bindparam("whose")) & (at <= bindparam("until"))
    theirs |= at == bindparam("until")
    values = [{"whose": object_id, "until": instant} for object_id, instant in until.items()]
    await connection.execute(delete(held_click).where(theirs), values)


async def read_holder(connection: AsyncConnection, at: datetime) -> str | None:
    """Return whose click of this very instant waits, None where that is nobody's or several's."""
    query = select(held_click.c.object_id).where(held_click.c.at == at)
    found = (await connection.scalars(query)).all()
    return str(found[0]) if len(found) == 1 else None
