"""A new link: at once, but never a way to put reminders or the manager off."""

import asyncio
from datetime import timedelta

import pytest

from domain.enrolment.messages import RequestRefusal
from domain.enrolment.state import EnrolmentState
from domain.status import InviteStatus, MailKind
from tests.support.enrolments import ADMIN, Enrolment
from tests.support.eventually import eventually
from tests.support.world import DAY, HOUR, MINUTE, WEEK, World
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow


async def settled(enrolment: Enrolment, mails: int) -> EnrolmentState:
    """Wait until so many mails are out and none is on its way."""
    await eventually(lambda: len(enrolment.world.mails) >= mails)
    return await enrolment.reached(
        lambda state: not state.resend_wanted and state.status is InviteStatus.SENT
    )


async def test_goes_out_at_once_and_clears_the_count(invited: Enrolment) -> None:
    """The form sends a new link at once: Pending, then Sent, no reminders, a new date."""
    await invited.pass_until_mails(2, within=WEEK + MINUTE)
    before = await invited.reminded(1)
    await invited.shows(ReminderCount=1)
    # The write has ended, too: a new one that waited for it would have nothing of Pending.
    await invited.reached(lambda state: not state.story)
    written = len(invited.world.writes)
    await invited.ask_for_link()
    after = await settled(invited, 3)
    assert invited.world.mails[2] is MailKind.INVITATION
    assert (after.reminder_count, after.last_reminder_at) == (0, None)
    assert before.invite_sent_at is not None
    assert after.invite_sent_at is not None
    assert after.invite_sent_at > before.invite_sent_at
    await invited.shows(InviteStatus="Sent", ReminderCount=0, LastReminderDate=None)
    states = [write.get("InviteStatus") for write in invited.world.writes[written:]]
    assert [state for state in states if state] == ["Pending", "Sent"]


async def test_does_not_move_the_reminder_clock(invited: Enrolment) -> None:
    """A resend on day 3 leaves the reminder where it was: on day 7."""
    await invited.pass_time(3 * DAY)
    await invited.ask_for_link()
    await settled(invited, 2)
    await invited.pass_time(4 * DAY - 5 * MINUTE)
    assert invited.count(MailKind.REMINDER) == 0
    await invited.pass_until_mails(3, within=6 * MINUTE)
    assert invited.count(MailKind.REMINDER) == 1


async def test_puts_a_near_reminder_off_once(invited: Enrolment) -> None:
    """A reminder due within 48 hours of a resend leaves 48 hours late; the next one doesn't."""
    await invited.pass_time(6 * DAY)
    await invited.ask_for_link()
    await settled(invited, 2)
    await invited.pass_time(3 * DAY - 5 * MINUTE)
    assert invited.count(MailKind.REMINDER) == 0
    await invited.pass_until_mails(3, within=6 * MINUTE)
    await invited.reminded(1)
    await invited.pass_time(6 * DAY)
    await invited.ask_for_link()
    await settled(invited, 4)
    await invited.pass_time(DAY + MINUTE)
    await eventually(lambda: invited.count(MailKind.REMINDER) == 2)


async def test_every_six_days_does_not_postpone_the_manager(invited: Enrolment) -> None:
    """Asking for a link every six days puts the escalation off by 48 hours in all: day 17."""
    await invited.pass_time(6 * DAY)
    await invited.ask_for_link()
    await settled(invited, 2)
    await invited.pass_until_mails(3, within=3 * DAY + MINUTE)
    await invited.reminded(1)
    await invited.pass_time(3 * DAY)
    await invited.ask_for_link()
    await settled(invited, 4)
    await invited.pass_until_mails(5, within=4 * DAY + MINUTE)
    await invited.reminded(1)
    await invited.pass_time(DAY + MINUTE)
    state = await invited.reached(lambda state: state.escalated)
    first = state.escalated_at
    assert first is not None
    assert invited.count(MailKind.INVITATION) == 3
    started = (await invited.handle.describe()).start_time
    assert 17 * DAY <= first - started < 17 * DAY + HOUR


async def test_form_keeps_to_its_limits(invited: Enrolment) -> None:
    """Less than 15 minutes after the invitation nothing is sent, and no more than three a day."""
    await invited.ask_for_link()
    await invited.pass_time(16 * MINUTE)
    assert invited.count(MailKind.INVITATION) == 1
    for sent in (2, 3, 4):
        await invited.ask_for_link()
        await invited.mailed(MailKind.INVITATION, sent)
        await invited.ask_for_link()
        await invited.pass_time(16 * MINUTE)
    await invited.ask_for_link()
    await invited.pass_time(16 * MINUTE)
    assert invited.count(MailKind.INVITATION) == 4
    await invited.pass_time(DAY)
    await invited.ask_for_link()
    await eventually(lambda: invited.count(MailKind.INVITATION) == 5)


async def test_form_stops_at_ten_in_thirty_days(invited: Enrolment) -> None:
    """The eleventh wish of a month is ignored; the first after 30 days is granted."""
    for wish in range(10):
        await invited.pass_time(9 * HOUR)
        await invited.ask_for_link()
        await invited.mailed(MailKind.INVITATION, wish + 2)
    await invited.pass_time(9 * HOUR)
    await invited.ask_for_link()
    await invited.pass_time(9 * HOUR)
    assert invited.count(MailKind.INVITATION) == 11
    await invited.pass_time(27 * DAY)
    await invited.ask_for_link()
    await eventually(lambda: invited.count(MailKind.INVITATION) == 12)


async def test_admin_is_not_limited(invited: Enrolment) -> None:
    """An admin's resends go out at once, however many; two within a minute are one mail."""
    for sent in range(2, 5):
        await invited.handle.execute_update(EnrolmentWorkflow.resend, ADMIN)
        await settled(invited, sent)
        just_sent = await invited.is_refused(EnrolmentWorkflow.resend)
        assert just_sent is RequestRefusal.RESEND_JUST_SENT
        await invited.pass_time(MINUTE)
    assert invited.count(MailKind.INVITATION) == 4


async def test_a_request_while_a_mail_is_under_way_is_not_lost(start: Start) -> None:
    """The invitation turns out to have left 20 minutes ago: who asks meanwhile gets a new link."""
    world = World(known_after=20 * MINUTE, gates={"sending": asyncio.Event()})
    enrolment = await start(world)
    await enrolment.shows(InviteStatus="Pending")
    await enrolment.ask_for_link()
    await enrolment.reached(lambda state: state.form_resend_waiting is not None)
    world.gates["sending"].set()
    await settled(enrolment, 2)
    assert world.mails == [MailKind.INVITATION, MailKind.INVITATION]


async def test_click_after_a_resend_leads_to_the_group_again(invited: Enrolment) -> None:
    """Membership and first click stay over a resend, and the next click adds again."""
    await invited.click()
    first = await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.handle.execute_update(EnrolmentWorkflow.resend, ADMIN)
    between = await invited.in_status(InviteStatus.SENT)
    assert between.in_group
    await invited.click()
    last = await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    assert invited.world.group_adds == 2
    assert last.clicked_at == first.clicked_at
    assert last.added_to_group_at == first.added_to_group_at


@pytest.mark.parametrize(
    "reason",
    [
        RequestRefusal.RESEND_NOT_INVITED,
        RequestRefusal.RESEND_DISABLED,
        RequestRefusal.RESEND_EXCLUDED,
    ],
)
async def test_refuses_an_admin_and_says_why(start: Start, reason: RequestRefusal) -> None:
    """No new link before the invitation has left, nor for whoever may not be mailed."""
    world = World(excluded=reason is RequestRefusal.RESEND_EXCLUDED)
    if reason is RequestRefusal.RESEND_DISABLED:
        world.disable()
    enrolment = await start(world, mails_wait=reason is RequestRefusal.RESEND_NOT_INVITED)
    await enrolment.reached(lambda state: state.person)
    assert await enrolment.is_refused(EnrolmentWorkflow.resend) is reason
    assert world.mails == []


async def test_refuses_while_paused(invited: Enrolment) -> None:
    """A paused enrolment sends nothing: neither for an admin nor for the form."""
    await invited.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    assert await invited.is_refused(EnrolmentWorkflow.resend) is RequestRefusal.RESEND_PAUSED
    await invited.pass_time(timedelta(hours=1))
    await invited.ask_for_link()
    await invited.handle.execute_update(EnrolmentWorkflow.resume, ADMIN)
    await invited.pass_time(HOUR)
    assert invited.world.mails == [MailKind.INVITATION]
