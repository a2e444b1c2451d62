"""An enrolment whose mail came back: silent until the address is another, or an admin resends."""

import asyncio
from dataclasses import replace
from typing import Any

from domain.enrolment.messages import MailBounced
from domain.enrolment.policy import Policy
from domain.enrolment.state import ProblemKind
from domain.status import InviteStatus, MailKind
from tests.support.enrolments import ADMIN, SLOW_POLL, Enrolment
from tests.support.world import DAY, MINUTE, WEEK
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow


async def bounce(enrolment: Enrolment, **more: Any) -> None:
    """Tell it that its first mail came back."""
    values: dict[str, Any] = {
        "event_id": "bounce-1",
        "at": await enrolment.now(),
        "kind": MailKind.INVITATION,
        "run_id": str(enrolment.handle.first_execution_run_id),
        "number": 1,
        "code": "5.1.10",
    }
    event = MailBounced(**values | more)
    await enrolment.handle.signal(EnrolmentWorkflow.mail_bounced, event)


async def test_nothing_is_sent_while_mail_comes_back(invited: Enrolment) -> None:
    """The list says why; five weeks later nobody was reminded and no manager told."""
    await bounce(invited)
    await invited.complains(ProblemKind.MAIL_RETURNED)
    await invited.pass_time(5 * WEEK)
    assert invited.world.mails == [MailKind.INVITATION]
    state = await invited.state()
    assert (state.status, state.reminder_count) == (InviteStatus.SENT, 0)


async def test_is_looked_at_at_once_and_without_stretching(invited: Enrolment) -> None:
    """The look that follows knows that the address matters."""
    await invited.doing("await_registration")
    await bounce(invited)
    await invited.doing("await_registration", times=2)
    assert [poll.mail_returned for poll in invited.world.polls] == [False, True]


async def test_an_admin_tries_again(invited: Enrolment) -> None:
    """A new link leaves at once, the sentence goes, and reminders follow a week later."""
    await bounce(invited)
    await invited.complains(ProblemKind.MAIL_RETURNED)
    await invited.pass_time(3 * WEEK)
    await invited.handle.execute_update(EnrolmentWorkflow.resend, ADMIN)
    await invited.pass_until_mails(2, within=MINUTE)
    await invited.shows(InviteStatus="Sent", ErrorDetails=None)
    await invited.pass_time(6 * DAY)
    assert invited.world.mails == [MailKind.INVITATION] * 2
    await invited.pass_until_mails(3, within=DAY + MINUTE)
    assert invited.world.mails[2] is MailKind.REMINDER


async def test_a_late_report_on_the_old_mail_changes_nothing(invited: Enrolment) -> None:
    """After a new link only that one's coming back counts."""
    await invited.handle.execute_update(EnrolmentWorkflow.resend, ADMIN)
    await invited.pass_until_mails(2, within=MINUTE)
    await bounce(invited)
    state = await invited.reached(lambda state: "bounce-1" in state.seen_events)
    assert state.returned is None
    await bounce(invited, event_id="bounce-2", number=2)
    await invited.complains(ProblemKind.MAIL_RETURNED)


async def test_a_new_address_is_invited(invited: Enrolment) -> None:
    """The directory has another address: the invitation goes there, with nobody's help."""
    await bounce(invited)
    await invited.complains(ProblemKind.MAIL_RETURNED)
    corrected = replace(invited.world.person, mail="ada.l@contoso.example")
    invited.world.person = invited.world.described = corrected
    await invited.registration_changed()
    await invited.pass_until_mails(2, within=MINUTE)
    await invited.shows(InviteStatus="Sent", ErrorDetails=None)
    assert invited.world.mails == [MailKind.INVITATION] * 2


async def test_a_mail_that_waits_is_withdrawn(start: Start) -> None:
    """A reminder in the queue doesn't follow the invitation that came back."""
    enrolment = await start()
    await enrolment.in_status(InviteStatus.SENT)
    enrolment.world.hold("deliver_mail")
    async with asyncio.TaskGroup() as group:
        # An activity that is at work holds the clock.
        group.create_task(enrolment.pass_time(WEEK + MINUTE))
        await enrolment.doing("deliver_mail", times=2)
        await bounce(enrolment)
        await enrolment.doing("withdraw_mail")
    assert enrolment.world.mails == [MailKind.INVITATION]


async def test_a_click_ends_it(invited: Enrolment) -> None:
    """Whoever clicks has got a mail."""
    await bounce(invited)
    await invited.complains(ProblemKind.MAIL_RETURNED)
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.shows(ErrorDetails=None)


async def test_a_registration_ends_it(invited: Enrolment) -> None:
    """Who is registered needs no mail."""
    await bounce(invited)
    await invited.complains(ProblemKind.MAIL_RETURNED)
    await invited.register()
    await invited.handle.result()
    assert invited.world.row["InviteStatus"] == "Active"
    assert invited.world.row["ErrorDetails"] is None


async def test_a_managers_mail_that_came_back(start: Start) -> None:
    """It is on the list that somebody has to tell them; the person is reminded as ever."""
    policy = Policy(
        poll_interval=SLOW_POLL.poll_interval, escalate_after=1, escalation_grace=MINUTE
    )
    enrolment = await start(policy=policy)
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.pass_until_mails(2, within=WEEK + MINUTE)
    await enrolment.pass_until_mails(3, within=2 * MINUTE)
    assert enrolment.count(MailKind.ESCALATION) == 1
    await enrolment.reached(lambda state: state.escalated)
    await bounce(enrolment, kind=MailKind.ESCALATION, number=3)
    await enrolment.complains(ProblemKind.MANAGER_MAIL_RETURNED)
    await enrolment.pass_until_mails(4, within=WEEK + MINUTE)
    assert enrolment.count(MailKind.REMINDER) == 2
