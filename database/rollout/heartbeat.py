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
from database.rollout.processes import report_process
from domain.tables.rollout import Process, ProcessKind
from domain.tables.values import Json

EVERY = timedelta(seconds=30)

log = logging.getLogger(__name__)


@asynccontextmanager
async def heartbeat(
    database: Database,
    kind: ProcessKind,
    *,
    process_id: str | None = None,
    beside: Callable[[], Awaitable[None]] | None = None,
    findings: Callable[[], list[Json]] = list,
    every: timedelta = EVERY,
) -> AsyncIterator[None]:
    """Report this process at once and then regularly, until the block ends.

    Nothing waits for the reports. While the database is away, or has no tables yet, the next one
    tells that the process still runs.

    Args:
        database: where to.
        kind: what this process is.
        process_id: its id, where others are told it, too.
        beside: what is done after each report.
        findings: what the process finds wrong, asked for each report.
        every: the time between two reports.
    """
    now = datetime.now(UTC)
    process = Process(
        process_id=process_id or str(uuid4()),
        kind=kind,
        version=version("mfa-rollout"),
        started_at=now,
        last_seen_at=now,
    )
    task = asyncio.create_task(_go_on(database, process, beside, findings, every))
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
    findings: Callable[[], list[Json]],
    every: timedelta,
) -> None:
    """Report again and again; one failure after the other is logged once."""
    failing: str | None = None
    while True:
        try:
            async with database.writing() as connection:
                await report_process(connection, replace(process, findings=findings()))
            if beside is not None:
                await beside()
            failing = None
        except Exception as failure:  # noqa: BLE001 - no failure may end the reports for good
            if failing != type(failure).__name__:
                failing = type(failure).__name__
                log.warning("process not reported", extra={"reason": failing})
        await asyncio.sleep(every.total_seconds())
        process = replace(process, last_seen_at=datetime.now(UTC))
