"""What ends a worker before it takes its first task."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client

from domain.failures import PermanentFailure
from settings import WorkerSettings, settings_from
from tests.activities.stage import Stage
from tests.activities.worker_process import environment
from worker.run import run_worker

NOBODY = "99999999-9999-4999-8999-999999999999"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (None, "EXCLUDED_GROUP_ID"),
        ({"group_types": ["Unified"], "visibility": "HiddenMembership"}, "Member.Read.Hidden"),
    ],
    ids=["absent", "hidden"],
)
async def test_an_excluded_group_in_which_nobody_is_seen_ends_it(
    client: Client, stage: Stage, kind: dict[str, Any] | None, said: str
) -> None:
    """Graph would say of everybody that they aren't in it, and they would be mailed."""
    group_id = NOBODY if kind is None else stage.tenant.add_group("Excluded", **kind).id
    given = environment(stage) | {"EXCLUDED_GROUP_ID": group_id}
    stop = asyncio.Event()
    stop.set()

    with pytest.raises(PermanentFailure) as failed:
        await run_worker(client, settings_from(WorkerSettings, given), stop)

    assert said in str(failed.value)
