"""Clicks that wait in an API's outbox, told to all APIs that share the tables."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import held_click
from database.upsert import insert_or_replace


async def hold_click(connection: AsyncConnection, object_id: str, *, at: datetime) -> None:
    """Say that somebody's click waits."""
    values = {"object_id": object_id, "at": at}
    await connection.execute(insert_or_replace(connection.dialect.name, held_click), values)


async def release_clicks(
    connection: AsyncConnection, object_ids: Collection[str], *, until: datetime
) -> None:
    """Say that these people's clicks up to an instant wait no more.

    Temporal has them, or they were dropped.
    """
    theirs = held_click.c.object_id.in_(object_ids) & (held_click.c.at <= until)
    await connection.execute(delete(held_click).where(theirs))
