"""An API whose clock is wrong says so: clicks have its time."""

from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from api.clock_watch import ClockWatch
from database.engine import Database
from database.rollout.processes import report_process
from domain.tables.rollout import Process, ProcessKind
from tests.database.values import NOW, run_id

MINUTE = timedelta(minutes=1)


async def seen(database: Database, name: str, at: datetime, kind: ProcessKind) -> None:
    """Let a process report itself."""
    process = Process(process_id=name, kind=kind, version="1", started_at=NOW, last_seen_at=at)
    async with database.writing() as connection:
        await report_process(connection, process)


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(0), "ok"),
        (5 * MINUTE, "ok"),
        (-5 * MINUTE, "ok"),
        (6 * MINUTE, "is 360 s ahead of the workers'"),
        (timedelta(days=-7), "is 604800 s behind the workers'"),
    ],
)
async def test_a_clock_is_compared_with_the_workers(
    sqlite_database: Database, ahead: timedelta, told: str
) -> None:
    """With one that has just reported itself, and neither with another API nor with the dead."""
    watch = ClockWatch(sqlite_database, now=lambda: NOW + MINUTE + ahead)
    await seen(sqlite_database, run_id(1), NOW + timedelta(days=3), ProcessKind.WORKER)
    await seen(sqlite_database, run_id(2), NOW, ProcessKind.WORKER)
    await watch.look()
    assert watch.finding == "ok"
    await seen(sqlite_database, run_id(2), NOW + MINUTE, ProcessKind.WORKER)
    await seen(sqlite_database, run_id(3), NOW + timedelta(days=2), ProcessKind.API)
    with capture_logs() as logged:
        await watch.look()
    assert watch.finding == told
    assert [one["seconds_ahead"] for one in logged] == (
        [] if told == "ok" else [ahead.total_seconds()]
    )
    # As long as no worker reports itself anew, what was found last holds.
    await watch.look()
    assert watch.finding == told
