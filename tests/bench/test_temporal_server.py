"""A Temporal server that a benchmark is given is left as it was."""

from pathlib import Path

import pytest

from bench.temporal_server import GivenServer, temporal_server
from client.schedules import ensure_schedules
from demo.layout import Layout
from demo.processes import DemoError
from domain.identifiers import ENROLMENT_WORKFLOW
from tests.activities.tracking_list.reconciling import an_enrolment
from tests.database.values import object_id
from tests.support.eventually import eventually
from tests.support.namespaces import own_namespace

# The server deletes enrolments in its own time.
pytestmark = pytest.mark.long


async def test_another_benchmark_may_follow(temporal_address: str, tmp_path: Path) -> None:
    """Enrolments and schedules are deleted at the end; a namespace with enrolments is refused."""
    client = await own_namespace(temporal_address)
    layout, given = Layout.fresh(tmp_path, 1), GivenServer(client=client, environment={"A": "b"})

    async def enrol() -> None:
        await client.start_workflow(
            ENROLMENT_WORKFLOW, an_enrolment(object_id(1)), id="somebody", task_queue="nobody"
        )

    for _ in range(2):
        async with temporal_server(layout, given) as (found, environment):
            assert (found, environment) == (client, {"A": "b"})
            await enrol()
            await ensure_schedules(client)
            await eventually(lambda: _is_seen(given))
        assert not await _is_seen(given)
        # The list follows the deletions in its own time.
        await eventually(lambda: _no_schedule_is_listed(given))
    await enrol()
    await eventually(lambda: _is_seen(given))
    with pytest.raises(DemoError, match="has enrolments in it"):
        async with temporal_server(layout, given):
            pass


async def _is_seen(given: GivenServer) -> bool:
    found = await given.client.count_workflows(f"WorkflowType = '{ENROLMENT_WORKFLOW}'")
    return found.count > 0


async def _no_schedule_is_listed(given: GivenServer) -> bool:
    return [one.id async for one in await given.client.list_schedules()] == []
