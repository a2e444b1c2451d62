"""The settings that are in force, as the worker was started with them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import policy
from database.upsert import insert_or_replace
from domain.tables.rollout import WorkerSettingsInForce
from domain.tables.sending import LimitsInForce
from domain.tables.values import Json

_LIMITS = "policy"
_WORKER = "worker"


async def set_policy(connection: AsyncConnection, limits: LimitsInForce, *, now: datetime) -> None:
    """Keep the limits of sending in force; the date stays when nothing has changed."""
    if await read_policy(connection) != limits:
        await _set(connection, _LIMITS, limits.as_json(), now)


async def read_policy(connection: AsyncConnection) -> LimitsInForce | None:
    """Return the limits of sending in force; None before a worker has run."""
    values = await _read(connection, _LIMITS)
    return None if values is None else LimitsInForce(**values)


async def set_worker_settings(
    connection: AsyncConnection, settings: WorkerSettingsInForce, *, now: datetime
) -> None:
    """Keep the worker's other settings; the date stays when nothing has changed."""
    if await read_worker_settings(connection) != settings:
        await _set(connection, _WORKER, settings.as_json(), now)


async def read_worker_settings(connection: AsyncConnection) -> WorkerSettingsInForce | None:
    """Return the worker's other settings; None before a worker has run."""
    values = await _read(connection, _WORKER)
    return None if values is None else WorkerSettingsInForce.from_json(values)


async def _read(connection: AsyncConnection, name: str) -> dict[str, Json] | None:
    query = select(policy.c["values"]).where(policy.c.name == name)
    values: dict[str, Json] | None = (await connection.execute(query)).scalar_one_or_none()
    return values


async def _set(
    connection: AsyncConnection, name: str, values: dict[str, Json], now: datetime
) -> None:
    row = {"name": name, "values": values, "since": now}
    await connection.execute(insert_or_replace(connection.dialect.name, policy), row)
