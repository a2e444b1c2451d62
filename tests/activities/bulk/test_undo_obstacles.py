"""What an undo can't take back yet: throttling, a missing permission, an import that runs."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from temporalio.client import WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from database.requests.requests import Requests
from domain.bulk.records import PersonOutcome
from domain.identifiers import BATCH_PREFIX, DRY_RUN_PREFIX
from temporal.search_attributes import SOURCE_BATCH_ID
from temporal.visibility import equals
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.bulk.undoing import INVITED, NO_MAIL, begun, brought, told, undoing
from tests.activities.stage import Stage
from tests.support.eventually import eventually


async def test_throttling_is_waited_for(stage: Stage) -> None:
    """While Graph asks to slow down the attempt fails in a way that passes, and nobody is lost."""
    stage.assume(grouplag="off")
    user = await brought(stage, 1, member=True, added_by_us=True, **INVITED)
    given = await begun(stage)
    attempts = Attempts(undoing(stage).undo_people)
    stage.fault("DELETE", "/members/", status=429, retry_after="1")

    assert_passing(await attempts.failure(given), "Throttled")
    assert await told(stage, given) == {user.id: (None, None)}
    await attempts.next(given)

    assert await told(stage, given) == {user.id: (PersonOutcome.KEPT, "removed-from-group")}
    assert stage.tenant.members(stage.group.id) == []


async def test_who_cannot_be_taken_out_is_told(stage: Stage) -> None:
    """Without the right to change the group nothing of the person is deleted, and it says why."""
    user = await brought(stage, 1, member=True, added_by_us=True, **NO_MAIL)
    given = await begun(stage)
    stage.fault("DELETE", "/members/", status=403, times=None)

    await Attempts(undoing(stage).undo_people).next(given)

    ((outcome, reason),) = (await told(stage, given)).values()
    assert outcome is PersonOutcome.NOT_REACHED
    assert "GroupMember.ReadWrite.All" in str(reason)
    assert len(stage.items()) == 1
    requests = Requests(stage.database)
    assert await requests.try_again(given.request_id) == 1
    assert await requests.waiting(given.request_id, 10) == [user.id]


async def test_a_row_that_is_anothers_by_now_stays(stage: Stage) -> None:
    """A re-created user has the rows of those who are undone: neither is deleted, or written."""
    users = [await brought(stage, 1, **NO_MAIL), await brought(stage, 2, **INVITED)]
    for item in stage.rows.items():
        item.fields["ObjectId"] = str(uuid4())
    before = stage.items()
    given = await begun(stage)

    await Attempts(undoing(stage).undo_people).next(given)

    assert stage.items() == before
    outcomes = await told(stage, given)
    assert [outcomes[user.id][0] for user in users] == [PersonOutcome.ERASED, PersonOutcome.KEPT]


async def test_a_note_that_is_written_meanwhile_is_kept(stage: Stage) -> None:
    """Between the look at a row and its deletion somebody writes about the person: it stays."""
    user = await brought(stage, 1, **NO_MAIL)
    given = await begun(stage)
    attempts = Attempts(undoing(stage).undo_people)
    deletion = stage.fault("DELETE", "/items/", hold_before=timedelta(seconds=1))
    (row,) = stage.rows.items()
    undo = asyncio.create_task(attempts.failure(given))
    await eventually(lambda: deletion.hits)
    stage.rows.update(row, {"Notes": "call her"}, by="grace", now=stage.tenant.clock())

    assert_passing(await undo, "Conflict")
    await attempts.next(given)

    assert stage.item()["Notes"] == "call her"
    assert (await told(stage, given))[user.id][0] is PersonOutcome.KEPT


async def test_a_running_import_is_stopped(stage: Stage) -> None:
    """Its parts are cancelled and its record says so; a dry run of the batch goes on."""
    queue = str(uuid4())
    wrong = TypedSearchAttributes([SearchAttributePair(SOURCE_BATCH_ID, f"wrong-{queue}")])
    part, dry_run = [
        await stage.client.start_workflow(
            "BatchWorkflow",
            id=f"{prefix}{queue}-1",
            task_queue=queue,
            search_attributes=wrong,
        )
        for prefix in (BATCH_PREFIX, DRY_RUN_PREFIX)
    ]

    async def both_are_visible() -> bool:
        query = equals(SOURCE_BATCH_ID, f"wrong-{queue}")
        return (await stage.client.count_workflows(query)).count == 2

    await eventually(both_are_visible)
    given = replace(await begun(stage), batch_id=f"wrong-{queue}")
    step = Attempts(undoing(stage, ends_within=timedelta()).stop_import)
    assert_passing(await step.failure(given), "ServiceUnavailable")
    assert [
        event.event_type
        async for event in part.fetch_history_events()
        if event.HasField("workflow_execution_cancel_requested_event_attributes")
    ]
    assert (await dry_run.describe()).status is WorkflowExecutionStatus.RUNNING
    await part.terminate()
    await dry_run.terminate()
