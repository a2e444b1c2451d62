"""Accounts that are disabled: clocks stop, one look a day, and an end after 90 days."""

from dataclasses import replace

from temporalio.client import WorkflowExecutionStatus

from domain.enrolment.state import ProblemKind
from domain.status import EnrolmentEnd, InviteStatus, MailKind
from tests.support.enrolments import SLOW_POLL, Enrolment
from tests.support.world import DAY, HOUR, MINUTE, WEEK, World
from tests.workflows.conftest import Start


async def test_disabled_at_intake_is_not_mailed(start: Start) -> None:
    """Nothing is sent to a disabled account, and the list says why; enabled, it is invited."""
    world = World()
    world.disable()
    enrolment = await start(world)
    await enrolment.complains(ProblemKind.ACCOUNT_DISABLED)
    assert world.deliveries == []
    world.enable()
    await enrolment.pass_time(DAY + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.shows(ErrorDetails=None)


async def test_clocks_stop_in_mid_journey(invited: Enrolment) -> None:
    """Found disabled on day 7 and enabled ten days later: the reminder leaves then, just once."""
    invited.world.disable()
    await invited.pass_time(WEEK + MINUTE)
    await invited.complains(ProblemKind.ACCOUNT_DISABLED)
    await invited.pass_time(10 * DAY - HOUR)
    assert invited.world.mails == [MailKind.INVITATION]
    await invited.doing("await_enabled", times=10)
    invited.world.enable()
    await invited.pass_time(2 * HOUR)
    reminded = await invited.reminded(1)
    assert reminded.last_reminder_at is not None
    await invited.shows(ErrorDetails=None, ReminderCount=1)
    await invited.pass_time(WEEK - DAY)
    assert (await invited.state()).reminder_count == 1


async def test_links_count_while_disabled(invited: Enrolment) -> None:
    """A click on a disabled account's link leads to the group, and the watching goes on."""
    invited.world.disable()
    await invited.pass_time(WEEK + MINUTE)
    await invited.complains(ProblemKind.ACCOUNT_DISABLED)
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    invited.world.enable()
    await invited.pass_time(DAY + MINUTE)
    await invited.shows(ErrorDetails=None)


async def test_ends_when_disabled_for_too_long(start: Start) -> None:
    """An account that stays disabled for ``END_DISABLED_AFTER`` ends its enrolment, not earlier."""
    world = World()
    world.disable()
    enrolment = await start(world, replace(SLOW_POLL, end_disabled_after=5 * DAY))
    await enrolment.complains(ProblemKind.ACCOUNT_DISABLED)
    await enrolment.pass_time(5 * DAY - HOUR)
    assert (await enrolment.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await enrolment.pass_time(DAY)
    result = await enrolment.handle.result()
    assert result.outcome is EnrolmentEnd.DISABLED
    assert enrolment.says(ProblemKind.DISABLED_TOO_LONG)
    assert world.row["TrackingToken"] is None
    description = await enrolment.handle.describe()
    assert description.close_time is not None
    assert 5 * DAY <= description.close_time - description.start_time < 6 * DAY


async def test_registration_ends_a_disabled_enrolment(start: Start) -> None:
    """Who has registered is Active, disabled or not."""
    world = World()
    world.disable()
    enrolment = await start(world)
    await enrolment.complains(ProblemKind.ACCOUNT_DISABLED)
    await enrolment.register()
    result = await enrolment.handle.result()
    assert result.outcome is EnrolmentEnd.ACTIVE
    await enrolment.shows(ErrorDetails=None, InviteStatus="Active")
