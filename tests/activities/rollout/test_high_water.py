"""The mark that tells restored tables: kept in the tables, and apart from them."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.rollout.high_water import HighWaterActivities
from client.high_water import read_high_water
from database.engine import Database, default_url
from database.rollout.completeness import Completeness
from database.rollout.marks import is_complete
from domain.instants import microseconds
from tests.activities.tracking_list.reconciling import own_namespace
from tests.database.values import NOW, person, put
from tests.support.world import eventually
from worker.build import SANDBOX
from workflows.rollout_control import RolloutControlWorkflow
from workflows.scheduled.high_water import HighWaterWorkflow

MARK = microseconds(NOW)


async def raised(client: Client, database: Database) -> bool:
    """Raise the marks once, as the schedule does; return what the workflow says."""
    queue = str(uuid4())
    marks = HighWaterActivities(client=client, tables=Completeness(database))
    async with Worker(
        client,
        task_queue=queue,
        workflows=[HighWaterWorkflow, RolloutControlWorkflow],
        activities=[marks.raise_high_water],
        workflow_runner=SANDBOX,
    ):
        return await client.execute_workflow(
            HighWaterWorkflow.run, id=f"high-water-{uuid4()}", task_queue=queue
        )


async def marked(database: Database, mark: int) -> bool:
    """Say whether the tables are complete up to a mark."""
    async with database.reading() as connection:
        return await is_complete(connection, mark)


@pytest.mark.timeout(120)
async def test_a_restored_database_loses_its_complete_mark(
    temporal_address: str, sqlite_database: Database, tmp_path: Path
) -> None:
    """The mark grows with the tables; a backup of before is noticed, also after later writes."""
    client = await own_namespace(temporal_address)
    await put(sqlite_database, person(1))
    await Completeness(sqlite_database).mark()
    assert await raised(client, sqlite_database)
    assert await read_high_water(client) == MARK
    backup = tmp_path / "backup"
    backup.mkdir()
    async with sqlite_database.reader.connect() as connection:
        target = Path(default_url(backup).removeprefix("sqlite+aiosqlite:///"))
        await connection.exec_driver_sql(f"VACUUM INTO '{target}'")
    await put(sqlite_database, replace(person(2), revision=MARK + 5))
    assert await raised(client, sqlite_database)
    await eventually(lambda: is_kept(client, MARK + 5))
    assert await marked(sqlite_database, MARK + 5)

    restored = Database(default_url(backup))
    assert await marked(restored, MARK)
    await put(restored, replace(person(3), revision=MARK + 9))
    assert not await raised(client, restored)

    assert not await marked(restored, 0)
    assert not await raised_again(client, restored)
    await restored.close()


async def is_kept(client: Client, mark: int) -> bool:
    """Say whether the control workflow keeps this mark."""
    return await read_high_water(client) == mark


async def raised_again(client: Client, restored: Database) -> bool:
    """Raise once more, when nothing tells the tables apart any more; say if they are complete."""
    assert await raised(client, restored)
    return await marked(restored, 0)
