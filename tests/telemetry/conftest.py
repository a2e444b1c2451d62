"""What a worker and an API tell Prometheus while they enrol somebody."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from temporalio.client import Client

from api.outbox.metrics import ApiMetrics
from database.engine import Database, default_url
from database.rollout.processes import read_processes
from domain.identifiers import enrolment_workflow_id
from domain.instants import EPOCH
from telemetry.rollout_metrics import RolloutMetrics
from telemetry.sdk_metrics import SdkMetrics, measure_sdk
from temporal.connect import DATA_CONVERTER
from tests.activities.stage import Stage, grounded, set_up
from tests.api.running import running_api
from tests.support.working import working
from tests.support.world import eventually
from tests.telemetry.log_lines import log_lines
from tests.telemetry.scene import Scene, in_order
from tests.telemetry.scrape import Scrape, scraped
from workflows.enrolment.workflow import EnrolmentWorkflow


@pytest.fixture(scope="session")
async def running_product(
    temporal_address: str, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scrape]:
    """Enrol somebody until they are invited, under a worker that is measured; read its page."""
    folder = tmp_path_factory.mktemp("measured")
    shutil.copy(sqlite_template, folder)
    database = Database(default_url(folder))
    sdk = measure_sdk()
    client = await Client.connect(
        temporal_address, data_converter=DATA_CONVERTER, runtime=sdk.runtime
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        ground = await stack.enter_async_context(grounded())
        stage = set_up(ground, client, database)
        with log_lines():
            await _invited(stage, f"measured-{os.getpid()}")
        api = await stack.enter_async_context(running_api(client, folder, database=database))
        services = api.app.state.services
        await eventually(lambda: _is_seen(database))
        yield await scraped(
            RolloutMetrics(database, [stage.sender]),
            ApiMetrics(services.outbox, services.counters, services.readiness),
            sdk=sdk,
        )


async def _is_seen(database: Database) -> bool:
    async with database.reading() as connection:
        return bool(await read_processes(connection, since=EPOCH))


async def _invited(stage: Stage, queue: str) -> None:
    user = stage.user()
    async with working(stage.client, stage, queue):
        await stage.client.start_workflow(
            EnrolmentWorkflow.run,
            stage.enrolment(user),
            id=enrolment_workflow_id(user.id),
            task_queue=queue,
        )
        await eventually(lambda: stage.items() and stage.item().get("InviteStatus") == "Sent")


@pytest.fixture(scope="session")
def sdk() -> SdkMetrics:
    """Measure what activities count."""
    return measure_sdk()


@pytest.fixture
async def scene(
    sqlite_database: Database, client: Client, tmp_path: Path, sdk: SdkMetrics
) -> AsyncIterator[Scene]:
    """Give a rollout that is in order."""
    async with in_order(sqlite_database, client, tmp_path, sdk) as scene:
        yield scene
