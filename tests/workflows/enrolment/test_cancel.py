"""Cancelled by an admin's update or by Temporal's button: CANCELED, with a row that says so."""

from collections.abc import Awaitable, Callable

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError

from domain.enrolment.messages import RequestRefusal
from domain.enrolment.state import ProblemKind
from domain.status import EnrolmentEnd, InviteStatus, MailKind
from tests.support.enrolments import ADMIN, Enrolment, mailing
from tests.support.world import HOUR, MINUTE, World
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow

Cancel = Callable[[Enrolment], Awaitable[None]]


async def by_update(enrolment: Enrolment) -> None:
    """Cancel as the portal does."""
    await enrolment.handle.execute_update(EnrolmentWorkflow.cancel, ADMIN)


async def by_button(enrolment: Enrolment) -> None:
    """Cancel as the Temporal UI does."""
    await enrolment.handle.cancel()


both = pytest.mark.parametrize("cancel", [by_update, by_button])


async def cancelled(enrolment: Enrolment) -> None:
    """Wait until it has ended as CANCELED, and the list tells who wanted it and has no link."""
    assert await enrolment.over() is WorkflowExecutionStatus.CANCELED
    assert enrolment.says(ProblemKind.CANCELLED)
    assert enrolment.world.row.get("TrackingToken") is None
    assert enrolment.world.drafts == {}
    assert enrolment.world.records[-1].ended is EnrolmentEnd.CANCELLED


@both
async def test_while_it_waits(invited: Enrolment, cancel: Cancel) -> None:
    """A waiting enrolment ends at once."""
    await cancel(invited)
    await cancelled(invited)
    assert invited.world.row["InviteStatus"] == "Sent"


async def test_row_names_admin_and_reason(invited: Enrolment) -> None:
    """The list says who cancelled, why and when."""
    await by_update(invited)
    await cancelled(invited)
    words = str(invited.world.row["ErrorDetails"])
    assert ADMIN.actor in words
    assert ADMIN.reason in words


@both
async def test_while_the_mail_waits_for_its_turn(start: Start, cancel: Cancel) -> None:
    """A mail in the queue is withdrawn: nobody gets it, also when the queue moves on."""
    enrolment = await start(mails_wait=True)
    await enrolment.reached(lambda state: state.mails_begun == 1)
    await cancel(enrolment)
    await cancelled(enrolment)
    async with mailing(enrolment.skipper.client, enrolment.world, task_queue=enrolment.task_queue):
        assert enrolment.world.deliveries == []
    assert enrolment.world.row["InviteStatus"] == "Pending"


@both
async def test_between_draft_and_sending(start: Start, cancel: Cancel) -> None:
    """The draft is discarded, and the mail never leaves."""
    world = World()
    world.hold("draft_made")
    enrolment = await start(world)
    await enrolment.doing("draft_made")
    await cancel(enrolment)
    await cancelled(enrolment)
    assert world.discarded == [MailKind.INVITATION]
    assert world.mails == []


@both
async def test_while_the_mail_is_sent(start: Start, cancel: Cancel) -> None:
    """A mail that is leaving is recorded: the row says Sent and when."""
    world = World()
    sending = world.hold("sending")
    enrolment = await start(world)
    await enrolment.doing("sending")
    await cancel(enrolment)
    sending.set()
    await cancelled(enrolment)
    assert world.mails == [MailKind.INVITATION]
    assert world.row["InviteStatus"] == "Sent"
    assert world.row["InviteSentDate"] is not None


@both
async def test_while_the_group_call_is_retried(invited: Enrolment, cancel: Cancel) -> None:
    """A call to the group that waits for its next attempt doesn't hold the end up."""
    invited.world.trouble("add_to_group", retry_in=HOUR)
    await invited.click()
    await invited.doing("add_to_group")
    await cancel(invited)
    await cancelled(invited)
    assert invited.world.row["InviteStatus"] == "Clicked"
    assert invited.world.group_adds == 0


async def test_while_the_group_call_runs(invited: Enrolment) -> None:
    """A call to the group that is being made is waited for: the row says what it did."""
    adding = invited.world.hold("add_to_group")
    await invited.click()
    await invited.doing("add_to_group")
    await by_button(invited)
    adding.set()
    await cancelled(invited)
    assert invited.world.row["InGroup"] is True


@both
@pytest.mark.parametrize("failing", ["for good", "in passing", "not at all"])
async def test_while_intake_is_at_it(start: Start, cancel: Cancel, failing: str) -> None:
    """An intake that fails, is retried or still runs doesn't keep anybody from cancelling."""
    world = World()
    running = world.hold("look_up_and_adopt") if failing == "not at all" else None
    if failing == "for good":
        world.fail("look_up_and_adopt")
    elif failing == "in passing":
        world.trouble("look_up_and_adopt", retry_in=HOUR)
    enrolment = await start(world)
    await enrolment.doing("look_up_and_adopt")
    if failing == "for good":
        await enrolment.complains("It is forbidden.")
    await cancel(enrolment)
    if running:
        running.set()
    await cancelled(enrolment)
    assert world.mails == []


async def test_while_disabled(start: Start) -> None:
    """A disabled account's enrolment can be cancelled, too."""
    world = World()
    world.disable()
    enrolment = await start(world)
    await enrolment.complains(ProblemKind.ACCOUNT_DISABLED)
    await by_update(enrolment)
    await cancelled(enrolment)


async def test_not_before_the_list_is_right(invited: Enrolment) -> None:
    """While the list can't be written the end is held up, so that no row stays stale."""
    invited.world.fail("write_row", "The list is gone.")
    tries = invited.world.begun.count("write_row")
    await by_button(invited)
    await invited.doing("write_row", times=tries + 1)
    status = (await invited.handle.describe()).status
    assert status is WorkflowExecutionStatus.RUNNING
    invited.world.mend("write_row")
    await invited.pass_time(11 * MINUTE)
    await cancelled(invited)


async def test_an_end_that_waits_for_the_list_stays_active(invited: Enrolment) -> None:
    """Who is Active when the cancel comes ends as Active, with a row that says so."""
    invited.world.fail("write_row", "The list is gone.")
    await invited.register()
    await invited.reached(lambda state: state.status is InviteStatus.ACTIVE)
    await by_button(invited)
    invited.world.mend("write_row")
    await invited.pass_time(11 * MINUTE)
    assert await invited.over() is WorkflowExecutionStatus.COMPLETED
    assert invited.world.row["InviteStatus"] == "Active"


async def test_refuses_a_second_cancel(invited: Enrolment) -> None:
    """The second admin is told who was first, and no link is sent any more."""
    invited.world.fail("write_row", "The list is gone.")
    await by_update(invited)
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await by_update(invited)
    assert ADMIN.actor in str(failure.value.cause)
    assert await invited.is_refused(EnrolmentWorkflow.cancel) is RequestRefusal.ALREADY_CANCELLED
    assert await invited.is_refused(EnrolmentWorkflow.resend) is RequestRefusal.RESEND_CANCELLED
