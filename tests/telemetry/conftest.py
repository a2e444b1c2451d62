"""What a worker and an API tell Prometheus while they enrol somebody."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.client import Client

from api.outbox.metrics import ApiMetrics
from database.engine import Database, default_url
from database.figures.counts import count_people
from database.rollout.processes import read_processes
from domain.identifiers import enrolment_workflow_id
from domain.instants import EPOCH
from domain.status import InviteStatus
from telemetry.rollout_metrics import RolloutMetrics
from telemetry.sdk_metrics import SdkMetrics, measure_sdk
from telemetry.traces import tracing
from temporal.connect import DATA_CONVERTER
from tests.activities.ground import grounded
from tests.activities.stage import Stage, set_up
from tests.api.running import running_api
from tests.support.eventually import eventually
from tests.support.working import working
from tests.telemetry.log_lines import log_lines
from tests.telemetry.scene import Scene, in_order
from tests.telemetry.scrape import PATIENT, Scrape, scraped
from workflows.enrolment.workflow import EnrolmentWorkflow

# Where the API gives up waiting for Temporal and its own disk.
DEADLINES = (
    "api.outbox.outbox.PATIENCE",
    "api.readiness.RPC_TIMEOUT",
    "api.temporal_calls.CALL_TIMEOUT",
)
SPANS = InMemorySpanExporter()
"""The spans of the running product."""


@pytest.fixture(autouse=True, scope="session")
def _patience() -> Iterator[None]:
    """Give everything long: a machine that runs tests side by side is slow, not broken."""
    with pytest.MonkeyPatch.context() as patch:
        for name in DEADLINES:
            patch.setattr(name, PATIENT)
        yield


@pytest.fixture(scope="session")
async def running_product(
    temporal_address: str, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scrape]:
    """Enrol somebody until they are invited, under a measured and traced worker; read its page."""
    folder = tmp_path_factory.mktemp("measured")
    shutil.copy(sqlite_template, folder)
    database = Database(default_url(folder))
    sdk = measure_sdk(within=PATIENT)
    client = await Client.connect(
        temporal_address,
        data_converter=DATA_CONVERTER,
        runtime=sdk.runtime,
        interceptors=[tracing(SimpleSpanProcessor(SPANS), service="mfa-rollout-worker")],
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
            RolloutMetrics(database, [stage.sender], within=PATIENT),
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
        await eventually(lambda: _is_recorded(stage.database))


async def _is_recorded(database: Database) -> bool:
    async with database.reading() as connection:
        return InviteStatus.SENT in (await count_people(connection)).running


@pytest.fixture(scope="session")
def sdk() -> SdkMetrics:
    """Measure what activities count."""
    return measure_sdk(within=PATIENT)


@pytest.fixture
async def scene(
    sqlite_database: Database, client: Client, tmp_path: Path, sdk: SdkMetrics
) -> AsyncIterator[Scene]:
    """Give a rollout that is in order."""
    async with in_order(sqlite_database, client, tmp_path, sdk) as scene:
        yield scene
