"""The mark that tells restored tables: kept in the tables, and apart from them."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from temporalio.client import Client
from temporalio.worker import Worker

from activities.rollout.high_water import HighWaterActivities
from database.engine import FILE_NAME, Database, default_url
from database.rollout.completeness import Completeness
from database.rollout.marks import is_complete
from domain.instants import microseconds
from temporal.high_water import read_high_water
from tests.database.values import NOW, person, put
from tests.support.eventually import eventually
from tests.support.namespaces import own_namespace
from worker.build import SANDBOX
from workflows.rollout_control import RolloutControlWorkflow
from workflows.scheduled.high_water import HighWaterWorkflow

MARK = microseconds(NOW)


async def raised(client: Client, database: Database, mark: int) -> bool:
    """Raise the marks once, as the schedule does, up to this one; return what the workflow says."""
    # The control workflow stays on the queue on which it began; the namespace is the test's own.
    queue = "rollout"
    marks = HighWaterActivities(client=client, tables=Completeness(database))
    async with Worker(
        client,
        task_queue=queue,
        workflows=[HighWaterWorkflow, RolloutControlWorkflow],
        activities=[marks.raise_high_water],
        workflow_runner=SANDBOX,
    ):
        said = await client.execute_workflow(
            HighWaterWorkflow.run, id=f"high-water-{uuid4()}", task_queue=queue
        )
        # The control workflow is told, and needs this worker to take it in.
        await eventually(lambda: is_kept(client, mark))
        return said


async def marked(database: Database, mark: int) -> bool:
    """Say whether the tables are complete up to a mark."""
    async with database.reading() as connection:
        return await is_complete(connection, mark)


async def test_a_restored_database_loses_its_complete_mark(
    temporal_address: str, sqlite_database: Database, tmp_path: Path
) -> None:
    """The mark grows with the tables; a backup of before is noticed, also after later writes."""
    client = await own_namespace(temporal_address)
    await put(sqlite_database, person(1))
    await Completeness(sqlite_database).mark()
    assert await raised(client, sqlite_database, MARK)
    backup = tmp_path / "backup"
    backup.mkdir()
    with closing(sqlite3.connect(str(sqlite_database.url.database))) as source:
        source.execute(f"VACUUM INTO '{backup / FILE_NAME}'")
    await put(sqlite_database, replace(person(2), revision=MARK + 5))
    assert await raised(client, sqlite_database, MARK + 5)
    assert await marked(sqlite_database, MARK + 5)

    restored = Database(default_url(backup))
    assert await marked(restored, MARK)
    await put(restored, replace(person(3), revision=MARK + 9))
    assert not await raised(client, restored, MARK + 9)

    assert not await marked(restored, 0)
    # Nothing tells the tables apart any more, and they stay unmarked.
    assert await raised(client, restored, MARK + 9)
    assert not await marked(restored, 0)
    await restored.close()


async def is_kept(client: Client, mark: int) -> bool:
    """Say whether the control workflow keeps this mark."""
    return await read_high_water(client) == mark
