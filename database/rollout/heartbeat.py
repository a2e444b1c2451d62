"""A process reports itself in our tables: a rollout without a worker stands still unseen."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from uuid import uuid4

from database.engine import Database
from database.errors import DatabaseError
from database.rollout.processes import report_process
from domain.records.rollout import Process, ProcessKind

EVERY = timedelta(seconds=30)

log = logging.getLogger(__name__)


@asynccontextmanager
async def heartbeat(
    database: Database,
    kind: ProcessKind,
    *,
    beside: Callable[[], Awaitable[None]] | None = None,
    every: timedelta = EVERY,
) -> AsyncIterator[None]:
    """Report this process at once and then regularly, until the block ends.

    A database that is away holds nothing up: the next report tells that the process still runs.

    Args:
        database: where to.
        kind: what this process is.
        beside: what is done at each report, too; it may fail with the database alone.
        every: the time between two reports.
    """
    now = datetime.now(UTC)
    process = Process(
        process_id=str(uuid4()),
        kind=kind,
        version=version("mfa-rollout"),
        started_at=now,
        last_seen_at=now,
    )
    await _report(database, process, beside)
    task = asyncio.create_task(_go_on(database, process, beside, every))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _go_on(
    database: Database,
    process: Process,
    beside: Callable[[], Awaitable[None]] | None,
    every: timedelta,
) -> None:
    while True:
        await asyncio.sleep(every.total_seconds())
        await _report(database, replace(process, last_seen_at=datetime.now(UTC)), beside)


async def _report(
    database: Database, process: Process, beside: Callable[[], Awaitable[None]] | None
) -> None:
    try:
        async with database.writing() as connection:
            await report_process(connection, process)
        if beside is not None:
            await beside()
    except DatabaseError as failure:
        log.warning("This process can't report itself: %s", type(failure).__name__)
