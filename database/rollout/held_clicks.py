"""Clicks that wait in an API's outbox, told to all APIs that share the tables."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import held_click
from database.upsert import insert_or_replace


async def hold_click(connection: AsyncConnection, object_id: str, *, at: datetime) -> None:
    """Say that somebody's click waits."""
    values = {"object_id": object_id, "at": at}
    await connection.execute(insert_or_replace(connection.dialect.name, held_click), values)


async def release_clicks(connection: AsyncConnection, until: Mapping[str, datetime]) -> None:
    """Say that these people's clicks, up to an instant for each, wait no more.

    Temporal has them, or they were dropped.
    """
    theirs = (held_click.c.object_id == bindparam("whose")) & (
        held_click.c.at <= bindparam("until")
    )
    values = [{"whose": object_id, "until": instant} for object_id, instant in until.items()]
    await connection.execute(delete(held_click).where(theirs), values)
