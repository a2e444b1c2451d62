"""The limits of sending that are in force, as the worker was started with them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import policy
from database.upsert import insert_or_replace
from domain.tables.sending import LimitsInForce

_ONLY = "policy"


async def set_policy(connection: AsyncConnection, limits: LimitsInForce, *, now: datetime) -> None:
    """Keep the limits in force; the date stays when nothing has changed."""
    if await read_policy(connection) != limits:
        row = {"name": _ONLY, "values": limits.as_json(), "since": now}
        await connection.execute(insert_or_replace(connection.dialect.name, policy), row)


async def read_policy(connection: AsyncConnection) -> LimitsInForce | None:
    """Return the limits in force; None before a worker has run."""
    row = (await connection.execute(select(policy.c["values"]))).one_or_none()
    return None if row is None else LimitsInForce(**row[0])
