"""An admin's word to try again: what failed is done at once, and not an hour or a week later."""

from dataclasses import replace

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.enrolment.messages import RequestRefusal
from domain.enrolment.state import ProblemKind
from domain.status import InviteStatus, MailKind
from tests.support.enrolments import ADMIN, SLOW_POLL
from tests.support.eventually import eventually
from tests.support.world import DAY, MINUTE, WEEK, World
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow


async def test_intake_and_mail_that_failed(start: Start) -> None:
    """Each is done as soon as an admin says so; then there is nothing left to try again."""
    world = World()
    world.fail("look_up_and_adopt", "No right to read the directory.")
    world.fail("deliver_mail", "No right to use the mailbox.")
    enrolment = await start(world)
    began_at = await enrolment.now()
    await enrolment.complains("No right to read the directory.")
    world.mend("look_up_and_adopt")
    await enrolment.handle.execute_update(EnrolmentWorkflow.retry, ADMIN)
    await enrolment.complains("No right to use the mailbox.")
    world.mend("deliver_mail")
    again = replace(ADMIN, request_id="another")
    await enrolment.handle.execute_update(EnrolmentWorkflow.retry, again)
    await enrolment.in_status(InviteStatus.SENT)
    assert await enrolment.now() - began_at < MINUTE
    await enrolment.shows(ErrorDetails=None)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await enrolment.handle.execute_update(
            EnrolmentWorkflow.retry, replace(ADMIN, request_id="a third")
        )
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == RequestRefusal.RETRY_NOT_NEEDED


async def test_a_manager_who_was_entered(start: Start) -> None:
    """The manager is told now; while there is still none, the next look is in a week again."""
    world = World(manager_upn=None)
    enrolment = await start(world, replace(SLOW_POLL, max_reminders=2))
    await enrolment.in_status(InviteStatus.SENT)
    for count in (2, 3):
        await enrolment.pass_until_mails(count, within=WEEK + MINUTE)
        await enrolment.reminded(count - 1)
    await enrolment.pass_time(DAY + MINUTE)
    await enrolment.complains(ProblemKind.NO_MANAGER)
    looks = len(world.deliveries)
    await enrolment.handle.execute_update(EnrolmentWorkflow.retry, ADMIN)
    await eventually(lambda: len(world.deliveries) == looks + 1)
    state = await enrolment.reached(lambda state: state.escalation_not_before is not None)
    assert state.escalation_not_before is not None
    assert state.escalation_not_before > await enrolment.now() + WEEK - MINUTE
    world.manager_upn = "boss@contoso.example"
    again = replace(ADMIN, request_id="another")
    await enrolment.handle.execute_update(EnrolmentWorkflow.retry, again)
    await eventually(lambda: enrolment.count(MailKind.ESCALATION) == 1)
    await enrolment.shows(ErrorDetails=None, EscalatedToManager=True)
