"""An admin's pause: nothing is sent, links count, and what is due on resume is done once."""

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.enrolment.messages import RequestRefusal
from domain.status import InviteStatus, MailKind
from tests.support.enrolments import ADMIN, Enrolment
from tests.support.world import DAY, HOUR, MINUTE, WEEK, World
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow


async def test_nothing_while_paused_and_once_on_resume(invited: Enrolment) -> None:
    """Three reminders fall due during a pause; on resume one leaves, the next a week later."""
    await invited.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    await invited.pass_time(3 * WEEK + HOUR)
    assert invited.world.mails == [MailKind.INVITATION]
    await invited.handle.execute_update(EnrolmentWorkflow.resume, ADMIN)
    await invited.reminded(1)
    await invited.pass_time(6 * DAY)
    assert invited.count(MailKind.REMINDER) == 1
    await invited.pass_time(DAY + MINUTE)
    await invited.reminded(2)


async def test_pause_withdraws_a_waiting_mail(start: Start) -> None:
    """An invitation that waits for its turn is withdrawn by a pause."""
    enrolment = await start(mails_wait=True)
    await enrolment.shows(InviteStatus="Pending")
    first = await enrolment.reached(lambda state: state.mails_begun == 1)
    await enrolment.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    await enrolment.pass_time(HOUR)
    assert (await enrolment.state()).mails_begun == first.mails_begun
    await enrolment.handle.execute_update(EnrolmentWorkflow.resume, ADMIN)
    await enrolment.reached(lambda state: state.mails_begun == 2)


async def test_links_still_count(invited: Enrolment) -> None:
    """Who clicks during a pause joins the group, and isn't mailed."""
    await invited.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.pass_time(3 * WEEK)
    assert invited.world.mails == [MailKind.INVITATION]


async def test_registration_ends_a_paused_enrolment(invited: Enrolment) -> None:
    """A pause holds mails back, not the truth."""
    await invited.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    await invited.register()
    await invited.handle.result()
    assert invited.world.row["InviteStatus"] == "Active"


async def test_refuses_what_makes_no_sense(invited: Enrolment) -> None:
    """Nobody pauses twice, or resumes what isn't paused; the reason names who paused."""
    assert await invited.is_refused(EnrolmentWorkflow.resume) is RequestRefusal.NOT_PAUSED
    await invited.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await invited.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    assert ADMIN.actor in str(failure.value.cause)
    assert await invited.is_refused(EnrolmentWorkflow.pause) is RequestRefusal.ALREADY_PAUSED
    assert (await invited.state()).status is InviteStatus.SENT


async def test_pause_before_intake_holds(start: Start) -> None:
    """A pause that comes while the intake is at it holds the invitation back."""
    world = World()
    intake = world.hold("look_up_and_adopt")
    enrolment = await start(world)
    await enrolment.doing("look_up_and_adopt")
    await enrolment.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    intake.set()
    await enrolment.shows(InviteStatus="Pending")
    await enrolment.pass_time(HOUR)
    assert world.deliveries == []
    await enrolment.handle.execute_update(EnrolmentWorkflow.resume, ADMIN)
    await enrolment.in_status(InviteStatus.SENT)
