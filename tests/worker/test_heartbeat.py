"""A process reports itself in our tables."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client

from client.people.rollout import read_rollout
from database.engine import FILE_NAME, Database, default_url
from database.migrate import upgrade
from database.rollout.heartbeat import heartbeat
from database.rollout.policy import read_policy, read_worker_settings
from database.rollout.processes import read_processes
from domain.tables.rollout import Process, ProcessKind
from domain.tables.sending import LimitsInForce
from settings import WorkerSettings
from settings.reader.load import settings_from
from tests.api.running import running_api
from tests.settings.complete import WORKER
from tests.support.eventually import eventually
from worker.report import settings_in_force, tell_limits, tell_settings

TICK = timedelta(milliseconds=20)


async def test_a_worker_is_seen_from_its_start(sqlite_database: Database) -> None:
    """One row a process, with its version, and a later date at each report."""
    begin = datetime.now(UTC)
    async with heartbeat(sqlite_database, ProcessKind.WORKER, every=TICK):

        async def reported() -> list[Process]:
            async with sqlite_database.reading() as connection:
                return await read_processes(connection, since=begin)

        await eventually(reported)
        (first,) = await reported()
        assert first.version

        async def reported_again() -> bool:
            (now,) = await reported()
            return now.process_id == first.process_id and now.last_seen_at > first.last_seen_at

        await eventually(reported_again)
        async with sqlite_database.reading() as connection:
            rollout = await read_rollout(connection, datetime.now(UTC))
        # A worker that runs doesn't hide that no API does.
        assert rollout.missing == {ProcessKind.API}


async def test_a_worker_tells_its_limits(sqlite_database: Database) -> None:
    """What it was started with is in the tables, and limits that change are told anew."""
    limits = LimitsInForce(per_minute=25, per_hour=350, per_day=750)
    for told in (limits, replace(limits, per_day=100)):
        await tell_limits(sqlite_database, told)
        async with sqlite_database.reading() as connection:
            assert await read_policy(connection) == told


async def test_an_api_is_seen(client: Client, sqlite_database: Database, tmp_path: Path) -> None:
    """An API that runs reports itself, and doesn't hide that no worker does."""

    async def missing() -> frozenset[ProcessKind]:
        async with sqlite_database.reading() as connection:
            return (await read_rollout(connection, datetime.now(UTC))).missing

    assert await missing() == set(ProcessKind)
    async with running_api(client, tmp_path, database=sqlite_database):

        async def seen() -> bool:
            return await missing() == {ProcessKind.WORKER}

        await eventually(seen)


async def test_a_database_that_comes_late_is_told(tmp_path: Path) -> None:
    """No file is made where there is none, and reports begin once there are tables."""
    url = default_url(tmp_path)
    late = Database(url)
    begin = datetime.now(UTC)
    async with heartbeat(late, ProcessKind.WORKER, every=TICK):
        await asyncio.sleep(TICK.total_seconds() * 3)
        assert not await asyncio.to_thread((tmp_path / FILE_NAME).exists)
        await upgrade(late)

        async def reported() -> list[Process]:
            async with late.reading() as connection:
                return await read_processes(connection, since=begin)

        await eventually(reported)
    await late.close()


async def test_a_worker_tells_its_other_settings(sqlite_database: Database) -> None:
    """People who are excluded by name are counted, not told, and a change is told anew."""
    given = {**WORKER, "EXCLUDED_USERS": "ceo@contoso.com,cfo@contoso.com", "RETAIN_ENDED": "off"}
    for more, expected in (
        ({}, None),
        ({"MAIL_REDIRECT_TO": "try@contoso.com"}, "try@contoso.com"),
    ):
        settings = settings_from(WorkerSettings, given | more)
        await tell_settings(sqlite_database, settings_in_force(settings))
        async with sqlite_database.reading() as connection:
            told = await read_worker_settings(connection)
        assert told is not None
        assert (told.excluded_users, told.has_excluded_group) == (2, False)
        assert (told.retain_ended, told.recheck_active) == (None, timedelta(days=7))
        assert (told.guests, told.registration_sweep) == ("reject", "auto")
        assert "fido2" in told.counted_methods
        assert told.mail_redirect_to == expected
