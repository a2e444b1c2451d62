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


HIDDEN: dict[str, Any] = {"group_types": ["Unified"], "visibility": "HiddenMembership"}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (None, "EXCLUDED_GROUP_ID"),
        (HIDDEN, "Member.Read.Hidden"),
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


async def test_an_enforcement_group_in_which_nobody_is_seen_ends_it(
    client: Client, stage: Stage
) -> None:
    """Graph would say of everybody that they have left it."""
    group_id = stage.tenant.add_group("Enforced", **HIDDEN).id
    given = environment(stage) | {"ENFORCEMENT_GROUP_ID": group_id}
    stop = asyncio.Event()
    stop.set()

    with pytest.raises(PermanentFailure, match=r"ENFORCEMENT_GROUP_ID.*Member\.Read\.Hidden"):
        await run_worker(client, settings_from(WorkerSettings, given), stop)
