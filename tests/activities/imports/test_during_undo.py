"""An import of people whom an undo of another import has yet to take back."""

from uuid import uuid4

from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from database.requests.requests import Requests
from domain.bulk.records import PersonOutcome
from domain.identifiers import enrolment_workflow_id
from domain.tables.rollout import RequestState
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.bulk.undoing import NO_MAIL, begun, brought, told, undoing
from tests.activities.calls import part
from tests.activities.imports.importing import starting
from tests.activities.stage import Stage


async def is_enrolled(stage: Stage, user: User) -> bool:
    """Say whether an enrolment of somebody runs."""
    handle = stage.client.get_workflow_handle(enrolment_workflow_id(user.id))
    try:
        return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise


async def test_whoever_is_being_taken_back_waits(stage: Stage) -> None:
    """Started now they would be ended by the undo; all others are started at once."""
    wrong = await brought(stage, 1, **NO_MAIL)
    other = stage.user()
    given = await begun(stage)
    attempts = starting(stage)
    again = part(wrong.user_principal_name, other.user_principal_name, batch_id="right")

    failure = await attempts.failure(again)

    assert_passing(failure, "Conflict")
    assert "waits for the undo of an import" in str(failure)
    assert [await is_enrolled(stage, one) for one in (wrong, other)] == [False, True]

    await Attempts(undoing(stage).undo_people).next(given)
    assert await told(stage, given) == {wrong.id: (PersonOutcome.ERASED, None)}
    report = await attempts.next(again)

    assert (report.started, report.already_enrolled) == (2, 0)
    assert await is_enrolled(stage, wrong)


async def test_nobody_is_started_in_a_batch_that_is_being_taken_back(stage: Stage) -> None:
    """The file put right under the same name: the undo ends with all whom the batch then has."""
    batch_id = f"wrong-{uuid4()}"
    other = stage.user()
    given = await begun(stage, batch_id)
    attempts = starting(stage)
    again = part(other.user_principal_name, batch_id=batch_id)

    failure = await attempts.failure(again)

    assert_passing(failure, "Conflict")
    assert not await is_enrolled(stage, other)
    await Requests(stage.database).finish(given.request_id, RequestState.DONE)
    assert (await attempts.next(again)).started == 1


async def test_a_dry_run_waits_for_no_undo(stage: Stage) -> None:
    """It says what an import would do, and starts nobody."""
    wrong = await brought(stage, 1, **NO_MAIL)
    await begun(stage)

    report = await starting(stage).next(part(wrong.user_principal_name, dry_run=True))

    assert report.rows_done == 1
    assert not await is_enrolled(stage, wrong)
