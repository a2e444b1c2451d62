"""Prometheus fires each alert for its fault, and none while all is in order."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from telemetry.sdk_metrics import measure_sdk
from temporal.connect import DATA_CONVERTER
from tests.support.eventually import eventually
from tests.telemetry.faults import BREAKS
from tests.telemetry.observability import ALERTS
from tests.telemetry.promtool import UP, fires, lasting, time_to_fire
from tests.telemetry.scene import Scene
from tests.telemetry.scrape import PATIENT, Scrape, scraped

pytestmark = pytest.mark.long

FAILED_TASKS = "temporal_workflow_task_execution_failed_total"
LATENCY = "temporal_workflow_task_schedule_to_start_latency_seconds_bucket"


@workflow.defn
class BrokenWorkflow:
    """Workflow code with an error in it. Never ends."""

    @workflow.run
    async def run(self) -> None:
        """Fail."""
        raise RuntimeError("an error in the code")


@pytest.fixture
async def broken(temporal_address: str) -> AsyncIterator[Scrape]:
    """Let workflow code fail, and give what the SDK tells then."""
    sdk = measure_sdk(within=PATIENT)
    client = await Client.connect(
        temporal_address, data_converter=DATA_CONVERTER, runtime=sdk.runtime
    )
    runner = UnsandboxedWorkflowRunner()
    queue = "broken-code"
    worker = Worker(client, task_queue=queue, workflows=[BrokenWorkflow], workflow_runner=runner)
    async with worker:
        handle = await client.start_workflow(BrokenWorkflow.run, id=queue, task_queue=queue)

        async def failed() -> bool:
            return bool(list((await scraped(sdk=sdk)).of(FAILED_TASKS)))

        await eventually(failed)
        yield await scraped(sdk=sdk)
        await handle.terminate()


async def test_none_fires_while_all_is_in_order(scene: Scene, tmp_path: Path) -> None:
    """A worker and an API that run for days wake nobody."""
    scrape = await scene.scraped()
    lasts = timedelta(hours=30)
    fires(tmp_path, None, lasting(scrape, scrape, lasts=lasts), lasts=lasts)


@pytest.mark.parametrize("alert", BREAKS)
async def test_an_alert_fires_for_its_fault(scene: Scene, tmp_path: Path, alert: str) -> None:
    """What a process tells under the fault makes Prometheus fire the alert."""
    before = await scene.scraped()
    await BREAKS[alert].make(scene)
    after = await scene.scraped()
    lasts = time_to_fire(alert)
    fires(tmp_path, alert, lasting(before, after, lasts=lasts), lasts=lasts)


async def test_an_alert_fires_for_code_that_fails(broken: Scrape, tmp_path: Path) -> None:
    """What the SDK tells of workflow code with an error fires the alert."""
    lasts = time_to_fire("MfaRolloutWorkflowTasksFail")
    series = lasting(Scrape(()), broken, lasts=lasts)
    assert any(key.startswith(FAILED_TASKS) for key in series)
    fires(tmp_path, "MfaRolloutWorkflowTasksFail", series, lasts=lasts)


def test_an_alert_fires_for_tasks_that_are_late(running_product: Scrape, tmp_path: Path) -> None:
    """Tasks that wait for minutes fire the alert; the histogram's bounds are the SDK's own."""
    bounds = {sample.labels["le"] for sample in running_product.of(LATENCY)}
    assert {"60.0", "300.0"} & bounds or {"60", "300"} <= bounds
    series = {UP: "1+0x180"} | {
        f'{LATENCY}{{le="{bound}"}}': f"0+{int(float(bound) >= 300)}x180" for bound in bounds
    }
    fires(tmp_path, "MfaRolloutTasksLate", series, lasts=timedelta(hours=3))


@pytest.mark.parametrize("series", [{UP: "1+0x5 0+0x180"}, {"python_info": "1+0x180"}])
def test_an_alert_fires_for_processes_that_do_not_answer(
    tmp_path: Path, series: dict[str, str]
) -> None:
    """A process that Prometheus can't read, or none that it knows, fires the alert."""
    fires(tmp_path, "MfaRolloutTargetDown", series, lasts=timedelta(hours=3))


def test_each_alert_is_fired_here() -> None:
    """No alert is left out."""
    others = {"MfaRolloutWorkflowTasksFail", "MfaRolloutTasksLate", "MfaRolloutTargetDown"}
    assert BREAKS.keys() | others == ALERTS.keys()
