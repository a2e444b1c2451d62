"""Nobody who is registered is mailed, and everybody who registers ends as Active."""

from dataclasses import replace

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.enrolment.state import EnrolmentResult
from domain.status import EnrolmentEnd, InviteStatus, MailKind
from tests.support.enrolments import SLOW_POLL, Enrolment, mailing
from tests.support.eventually import eventually
from tests.support.world import MINUTE, WEEK, World
from tests.workflows.conftest import Start


async def active(enrolment: Enrolment) -> EnrolmentResult:
    """Wait until it ends as Active, with a row that says so."""
    result: EnrolmentResult = await enrolment.handle.result()
    assert result.outcome is EnrolmentEnd.ACTIVE
    row = enrolment.world.row
    assert (row["InviteStatus"], row["MFARegistrationState"]) == ("Active", "Registered")
    assert row["MFARegistrationDate"] is not None
    assert row["LastChecked"] is not None
    assert row.get("ErrorDetails") is None
    return result


async def test_registered_at_intake_is_never_mailed(start: Start) -> None:
    """Who is registered already goes through the group straight to Active, without a mail."""
    enrolment = await start(World(registered=True))
    result = await active(enrolment)
    assert enrolment.world.deliveries == []
    assert enrolment.world.group_adds == 1
    assert enrolment.world.row["InGroup"] is True
    assert result.reminders_sent == 0


async def test_registered_stay_out_of_the_group_where_told_so(start: Start) -> None:
    """With ``ADD_REGISTERED_USERS=off`` only a click leads into the group."""
    policy = replace(SLOW_POLL, add_registered_users=False)
    enrolment = await start(World(registered=True), policy)
    await active(enrolment)
    assert enrolment.world.group_adds == 0
    assert enrolment.world.row["InGroup"] is False


async def test_registers_between_two_mails(invited: Enrolment) -> None:
    """Who registers after the invitation gets no reminder; the result says when it was seen."""
    await invited.register()
    result = await active(invited)
    assert result.registered_at is not None
    assert invited.world.mails == [MailKind.INVITATION]


async def test_registers_after_the_click(invited: Enrolment) -> None:
    """The whole way: each status is shown in its turn, behind the Pending of intake."""
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.register()
    await active(invited)
    assert invited.world.group_adds == 1
    shown = [write["InviteStatus"] for write in invited.world.writes if "InviteStatus" in write]
    # Clicked is only written when the group is slow to answer.
    assert [status for status in shown if status != "Clicked"] == [
        "Sent",
        "AddedToGroup",
        "Active",
    ]


async def test_registers_while_the_mail_waits(start: Start) -> None:
    """An invitation that waits in the queue is withdrawn, and never drafted."""
    enrolment = await start(mails_wait=True)
    await enrolment.shows(InviteStatus="Pending")
    await enrolment.register()
    await active(enrolment)
    assert enrolment.world.begun.count("deliver_mail") == 0


async def test_registers_while_the_mail_is_drafted(start: Start) -> None:
    """A draft that is being made when the registration is seen is discarded, not sent."""
    world = World()
    world.hold("draft_made")
    enrolment = await start(world)
    await enrolment.doing("draft_made")
    await enrolment.doing("await_registration")
    await enrolment.register()
    await enrolment.doing("await_registration", times=2)
    await active(enrolment)
    assert world.mails == []
    assert world.discarded == [MailKind.INVITATION]


async def test_registered_when_the_turn_comes(start: Start) -> None:
    """The last look is taken when the mail's turn comes, and holds the mail back."""
    enrolment = await start(mails_wait=True)
    await enrolment.doing("await_registration")
    enrolment.world.registered = True
    async with mailing(enrolment.skipper.client, enrolment.world, task_queue=enrolment.task_queue):
        await active(enrolment)
    assert enrolment.world.mails == []
    assert enrolment.world.drafts == {}


async def test_registered_when_the_reminder_is_due(invited: Enrolment) -> None:
    """A reminder that is due is held back when nobody knew of the registration before."""
    invited.world.registered = True
    await invited.pass_time(WEEK + MINUTE)
    await active(invited)
    assert invited.world.mails == [MailKind.INVITATION]


async def test_nothing_can_be_said_to_the_finished(invited: Enrolment) -> None:
    """A click after the end finds nobody: Temporal answers NOT_FOUND."""
    await invited.register()
    await active(invited)
    with pytest.raises(RPCError) as failure:
        await invited.click(at=(await invited.handle.describe()).close_time)
    assert failure.value.status is RPCStatusCode.NOT_FOUND


async def test_waits_for_the_group_before_it_ends(invited: Enrolment) -> None:
    """Registered, but not in the group: the list shows the registration and what is wrong."""
    invited.world.fail("add_to_group", "No right to change the group.")
    await invited.register()
    await invited.shows(MFARegistrationState="Registered", InviteStatus="Sent")
    await invited.complains("No right to change the group.")
    assert (await invited.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    invited.world.mend("add_to_group")
    await invited.pass_time(61 * MINUTE)
    await active(invited)
    await eventually(lambda: invited.world.group_adds == 1)


async def test_a_click_while_the_end_is_written_is_recorded(invited: Enrolment) -> None:
    """The list is away when somebody registers; their click in the meantime has its date."""
    written = invited.world.hold("write_row")
    await invited.register()
    await invited.reached(lambda state: state.ended is EnrolmentEnd.ACTIVE)
    await invited.click()
    await invited.reached(lambda state: state.clicked_at is not None)
    written.set()
    await active(invited)
    assert invited.world.row["ClickedLinkDate"] is not None


async def test_a_membership_of_minutes_ago_is_believed(invited: Enrolment) -> None:
    """Who registers right after the click costs no second call to the group."""
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.pass_time(2 * MINUTE)
    await invited.register()
    await active(invited)
    assert invited.world.group_adds == 1


async def test_a_membership_of_days_ago_is_asked_of_graph(invited: Enrolment) -> None:
    """The add is the question: Graph answers that the member is there, or adds them again."""
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.pass_time(WEEK / 2)
    await invited.register()
    await active(invited)
    assert invited.world.group_adds == 2
