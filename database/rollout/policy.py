"""The settings in force, as the worker has them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import policy
from database.upsert import insert_or_replace

_ONLY = "policy"


async def set_policy(connection: AsyncConnection, values: dict[str, Any], *, now: datetime) -> None:
    """Keep the settings in force; the date stays when nothing has changed."""
    before = await read_policy(connection)
    if before is None or before[0] != values:
        row = {"name": _ONLY, "values": values, "since": now}
        await connection.execute(insert_or_replace(connection.dialect.name, policy), row)


async def read_policy(connection: AsyncConnection) -> tuple[dict[str, Any], datetime] | None:
    """Return the settings in force and since when; None before a worker has run."""
    row = (await connection.execute(select(policy))).mappings().one_or_none()
    return None if row is None else (row["values"], row["since"])
