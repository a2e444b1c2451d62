"""The processes that run: a rollout without a worker stands still, and somebody has to see it."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import process
from database.upsert import insert_or_replace
from domain.tables.rollout import Process

FORGOTTEN_AFTER = timedelta(days=7)


async def report_process(connection: AsyncConnection, value: Process) -> None:
    """Say that a process runs, and what its own check found.

    Old ones of its kind are forgotten; when the last of another kind was seen stays known.
    """
    await connection.execute(insert_or_replace(connection.dialect.name, process), asdict(value))
    old = process.c.last_seen_at < value.last_seen_at - FORGOTTEN_AFTER
    await connection.execute(delete(process).where(old, process.c.kind == value.kind))


async def read_processes(connection: AsyncConnection, *, since: datetime) -> list[Process]:
    """Return the processes that were seen since then."""
    query = select(process).where(process.c.last_seen_at >= since)
    rows = (
        await connection.execute(query.order_by(process.c.kind, process.c.started_at))
    ).mappings()
    return [Process(**row) for row in rows]
