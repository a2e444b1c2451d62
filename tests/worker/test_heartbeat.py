"""A process reports itself in our tables."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from client.people.standing import read_rollout
from database.engine import Database, default_url
from database.rollout.heartbeat import heartbeat
from database.rollout.processes import read_processes
from domain.records.rollout import ProcessKind
from tests.support.world import eventually

TICK = timedelta(milliseconds=20)


async def test_a_worker_is_seen_from_its_start(sqlite_database: Database) -> None:
    """One row a process, with its version, and a later date at each report."""
    begin = datetime.now(UTC)
    async with heartbeat(sqlite_database, ProcessKind.WORKER, every=TICK):
        async with sqlite_database.reading() as connection:
            (first,) = await read_processes(connection, since=begin)
            assert not (await read_rollout(connection, datetime.now(UTC))).is_worker_missing
        assert first.version

        async def reported_again() -> bool:
            async with sqlite_database.reading() as connection:
                (now,) = await read_processes(connection, since=begin)
            return now.process_id == first.process_id and now.last_seen_at > first.last_seen_at

        await eventually(reported_again)


async def test_a_database_that_is_away_holds_nothing_up(tmp_path: Path) -> None:
    """The block runs to its end, and what is done beside isn't tried."""
    done = []

    async def beside() -> None:
        done.append(1)

    away = Database(default_url(tmp_path / "nowhere"))
    async with heartbeat(away, ProcessKind.WORKER, beside=beside, every=TICK):
        await asyncio.sleep(0)
    await away.close()
    assert done == []


async def test_another_process_is_no_worker(sqlite_database: Database) -> None:
    """An API that runs doesn't hide that no worker does."""
    reporting = heartbeat(sqlite_database, ProcessKind.API)
    async with reporting, sqlite_database.reading() as connection:
        rollout = await read_rollout(connection, datetime.now(UTC))
    assert rollout.is_worker_missing
    assert rollout.worker_seen_at is None
