"""The steps of an erasure: each deletes what is a person's, and nothing of anybody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError

from activities.erasure.erase import ErasureActivities, ImportHistoriesInput, RowsInput
from database.engine import Database
from database.erasure.erasures import Erasures
from database.tombstones import Tombstones
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.tables.erasure import KnownNames
from simulated_tenant.directory.users import User
from temporal.search_attributes import SOURCE_BATCH_ID
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.calls import attempts_of
from tests.activities.stage import Stage
from tests.database.values import person, put
from tests.support.eventually import eventually

NOWHERE = "99999999-9999-4999-8999-999999999999"
AT_ONCE = timedelta(milliseconds=200)


def erasing(stage: Stage) -> ErasureActivities:
    """Return the steps, for which nobody waits long."""
    return ErasureActivities(
        client=stage.client,
        tracking_list=stage.tracking_list,
        erasures=Erasures(stage.database, Tombstones()),
        ends_within=AT_ONCE,
        settles_within=timedelta(),
    )


async def enrolled(stage: Stage, user: User) -> Any:
    """Start an enrolment that nothing works on, as one that an error has stopped."""
    return await stage.client.start_workflow(
        ENROLMENT_WORKFLOW,
        stage.enrolment(user),
        id=enrolment_workflow_id(user.id),
        task_queue=str(uuid4()),
    )


async def test_rows_of_the_list_are_deleted(stage: Stage) -> None:
    """Mine by ObjectId or, without one, by name; a namesake's stays, and a repeat finds none."""
    user = stage.user()
    name = user.user_principal_name
    stage.row(Title="an-earlier-name@contoso.example", ObjectId=user.id)
    stage.row(Title=name)
    other = stage.row(Title=f"x{name}", ObjectId=NOWHERE)
    step = RowsInput(object_id=user.id, upns=(name, f"x{name}"))

    deleted = await attempts_of(erasing(stage).delete_list_rows).next(step)
    again = await attempts_of(erasing(stage).delete_list_rows).next(step)

    assert (deleted, again) == (2, 0)
    assert stage.item()["id"] == str(other.id)


async def test_an_enrolment_that_cannot_end_is_terminated(stage: Stage) -> None:
    """One that an error has stopped ignores a cancel; its names are known, all the same."""
    user = stage.user()
    handle = await enrolled(stage, user)
    await put(stage.database, person(upn="now@contoso.example", object_id=user.id))

    ended = await attempts_of(erasing(stage).end_enrolment).next(user.id)

    assert (ended.ended, ended.terminated) == (True, True)
    assert ended.names == KnownNames(upns=("now@contoso.example",), batch_ids=("autumn",))
    assert (await handle.describe()).status is WorkflowExecutionStatus.TERMINATED
    again = await attempts_of(erasing(stage).end_enrolment).next(user.id)
    assert (again.ended, again.terminated) == (False, False)


async def test_a_manager_is_forgotten(stage: Stage) -> None:
    """Tables and list lose the name, a running enrolment is told, and others keep their manager."""
    user = stage.user()
    handle = await enrolled(stage, user)
    mine = stage.row(Title="a", ManagerUPN="Boss@contoso.example")
    changed = stage.row(Title="b", ManagerUPN="new-boss@contoso.example")
    managed = {"manager_upn": "boss@contoso.example"}
    await put(stage.database, person(1, object_id=user.id, item_id=str(mine.id), **managed))
    await put(stage.database, person(2, item_id=str(changed.id), **managed))
    await put(stage.database, person(3, item_id="999", **managed))
    names = KnownNames(upns=("boss@contoso.example",))

    found = await attempts_of(erasing(stage).forget_manager).next(names)
    again = await attempts_of(erasing(stage).forget_manager).next(names)

    assert (found, again) == (3, 0)
    managers = {item["Title"]: item.get("ManagerUPN") for item in stage.items()}
    assert managers == {"a": None, "b": "new-boss@contoso.example"}
    told = [
        event.workflow_execution_signaled_event_attributes.signal_name
        async for event in handle.fetch_history_events()
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]
    assert told == ["manager_erased"]


async def test_histories_are_deleted(stage: Stage) -> None:
    """All executions of the person, and nobody else's; a repeat finds none."""
    user, other = stage.user(), stage.user()
    for _ in range(2):
        handle = await enrolled(stage, user)
        await handle.terminate("a test")
    kept = await enrolled(stage, other)

    async def both_are_visible() -> bool:
        query = f"WorkflowId = '{handle.id}'"
        return (await stage.client.count_workflows(query)).count == 2

    await eventually(both_are_visible)
    assert await attempts_of(erasing(stage).delete_histories).next(user.id) == 2

    async def are_gone() -> bool:
        try:
            await handle.describe()
        except RPCError:
            return True
        return False

    # The server deletes in the background what its queues have let go of.
    await eventually(are_gone)
    assert (await kept.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_somebody_whom_nobody_knows_is_erased(stage: Stage) -> None:
    """Every step finds nothing and succeeds: an erasure may be repeated after a restore."""
    stranger = str(uuid4())
    steps = erasing(stage)
    ended = await attempts_of(steps.end_enrolment).next(stranger)
    assert (ended.names, ended.ended) == (KnownNames(), False)
    nobody = RowsInput(object_id=stranger, upns=())
    rows = await attempts_of(steps.erase_rows).next(nobody)
    assert set(rows.values()) == {0}
    assert await attempts_of(steps.delete_list_rows).next(nobody) == 0
    assert await attempts_of(steps.delete_histories).next(stranger) == 0


@pytest.mark.parametrize("delete", [True, False])
async def test_histories_of_imports_are_deleted_or_counted(
    stage: Stage, unique: Callable[[str], str], delete: bool
) -> None:
    """Only those of the person's batch, only those that have ended, and only when asked."""
    batch = unique("batch")
    ended, running = [await _import(stage, batch) for _ in range(2)]
    await ended.terminate("a test")
    other = await _import(stage, unique("other"))
    await other.terminate("a test")

    async def are_visible() -> bool:
        query = f"SourceBatchId = '{batch}' AND ExecutionStatus = 'Terminated'"
        return (await stage.client.count_workflows(query)).count == 1

    await eventually(are_visible)
    step = ImportHistoriesInput(batch_ids=(batch,), delete=delete)
    found = await attempts_of(erasing(stage).delete_import_histories).next(step)

    assert (found.deleted, found.left, found.running) == ((1, 1, 1) if delete else (0, 2, 1))
    assert (await other.describe()).status is WorkflowExecutionStatus.TERMINATED
    await running.terminate("a test")


async def test_rows_wait_for_the_database(stage: Stage) -> None:
    """Nothing is skipped while the tables are away: the step is tried again."""
    away = stage.but(database=Database(f"sqlite+aiosqlite:///{uuid4()}/no.sqlite"))
    attempts: Attempts[Any] = attempts_of(erasing(away).erase_rows)
    assert_passing(
        await attempts.failure(RowsInput(object_id=str(uuid4()), upns=())), "DatabaseUnavailable"
    )


async def _import(stage: Stage, batch_id: str) -> Any:
    return await stage.client.start_workflow(
        "BatchWorkflow",
        id=f"mfa-batch-{uuid4()}",
        task_queue=str(uuid4()),
        search_attributes=TypedSearchAttributes([SearchAttributePair(SOURCE_BATCH_ID, batch_id)]),
    )
