"""Whether the tables are complete: only then does *not found* mean *nobody*."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import state
from database.upsert import insert_or_replace

COMPLETE = "complete"
HIGH_WATER = "high-water mark"
OLDER_TOKENS = "older tokens read"
LAST = "last "


async def mark_complete(connection: AsyncConnection, *, now: datetime) -> None:
    """Say that everybody is in the tables: a whole reconcile, or a rebuild, has shown it."""
    await _put(connection, COMPLETE, True, now)


async def unmark(connection: AsyncConnection) -> None:
    """Take the mark away, before a rebuild and whenever the tables may lack people."""
    await connection.execute(delete(state).where(state.c.name == COMPLETE))


async def raise_high_water(connection: AsyncConnection, mark: int, *, now: datetime) -> int:
    """Raise the high-water mark, never lower it, and return it.

    The control workflow keeps the mark as well. A database restored from a backup has a lower one.
    """
    query = select(state.c.value).where(state.c.name == HIGH_WATER).with_for_update()
    before = (await connection.execute(query)).scalar()
    highest = max(mark, before or 0)
    if highest != before:
        await _put(connection, HIGH_WATER, highest, now)
    return highest


async def is_complete(connection: AsyncConnection, high_water: int) -> bool:
    """Return True when the mark is there and the database isn't older than the mark kept apart."""
    query = select(state.c.name, state.c.value).where(state.c.name.in_((COMPLETE, HIGH_WATER)))
    found = {row.name: row.value for row in await connection.execute(query)}
    return found.get(COMPLETE) is True and found.get(HIGH_WATER, 0) >= high_water


async def marked_complete_at(connection: AsyncConnection) -> datetime | None:
    """Return when the tables were marked complete last, None while the mark isn't there."""
    query = select(state.c.at).where(state.c.name == COMPLETE)
    return (await connection.scalars(query)).one_or_none()


async def read_older_tokens_pass(connection: AsyncConnection) -> int | None:
    """Return the number of the last whole pass over the list's tokens, None before the first."""
    query = select(state.c.value).where(state.c.name == OLDER_TOKENS)
    value = (await connection.execute(query)).scalar()
    return None if value is None else int(value)


async def set_pass(
    connection: AsyncConnection, name: str, report: dict[str, Any], *, now: datetime
) -> None:
    """Record the last pass of something that comes round: a reconcile, a sweep."""
    await _put(connection, LAST + name, report, now)


async def read_passes(
    connection: AsyncConnection,
) -> dict[str, tuple[datetime, dict[str, Any]]]:
    """Return when each pass was made last, and what it reported."""
    query = select(state).where(state.c.name.startswith(LAST, autoescape=True))
    rows = await connection.execute(query)
    return {row.name.removeprefix(LAST): (row.at, row.value) for row in rows}


async def _put(connection: AsyncConnection, name: str, value: Any, now: datetime) -> None:
    values = {"name": name, "value": value, "at": now}
    await connection.execute(insert_or_replace(connection.dialect.name, state), values)
