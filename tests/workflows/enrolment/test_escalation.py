"""The manager is told after two mails without effect: once, and not too early."""

from dataclasses import replace

import pytest

from domain.enrolment.state import ProblemKind
from domain.status import InviteStatus, MailKind
from tests.support.enrolments import SLOW_POLL, Enrolment
from tests.support.eventually import eventually
from tests.support.world import DAY, HOUR, MINUTE, WEEK, World
from tests.workflows.conftest import Start


@pytest.fixture
async def reminded_twice(invited: Enrolment) -> Enrolment:
    """Let the second reminder leave: day 14."""
    for count in (1, 2):
        await invited.pass_until_mails(1 + count, within=WEEK + MINUTE)
        await invited.reminded(count)
    return invited


async def test_tells_the_manager_on_day_15_once(reminded_twice: Enrolment) -> None:
    """24 hours after the second reminder the manager is told, once ever; the status stays."""
    enrolment = reminded_twice
    await enrolment.pass_time(DAY - 5 * MINUTE)
    assert enrolment.count(MailKind.ESCALATION) == 0
    await enrolment.pass_time(6 * MINUTE)
    await eventually(lambda: enrolment.count(MailKind.ESCALATION) == 1)
    state = await enrolment.reached(lambda state: state.escalated)
    assert state.invite_sent_at is not None
    assert state.escalated_at is not None
    assert 15 * DAY <= state.escalated_at - state.invite_sent_at < 15 * DAY + HOUR
    await enrolment.shows(
        EscalatedToManager=True, ManagerUPN="boss@contoso.example", InviteStatus="Sent"
    )
    assert enrolment.world.row["EscalationDate"] is not None
    for count in (3, 4):
        await enrolment.pass_time(WEEK + MINUTE)
        await enrolment.reminded(count)
    assert enrolment.count(MailKind.ESCALATION) == 1


async def test_not_who_registered_in_the_grace(reminded_twice: Enrolment) -> None:
    """Who registers after the second reminder is not reported to anybody."""
    await reminded_twice.pass_time(HOUR)
    await reminded_twice.register()
    await reminded_twice.handle.result()
    assert reminded_twice.count(MailKind.ESCALATION) == 0


async def test_first_click_in_the_grace_restarts_it(reminded_twice: Enrolment) -> None:
    """A first click 20 hours into the grace gives another 24 hours, then the manager is told."""
    await reminded_twice.pass_time(20 * HOUR)
    await reminded_twice.click()
    state = await reminded_twice.in_status(InviteStatus.ADDED_TO_GROUP)
    await reminded_twice.pass_time(DAY - 5 * MINUTE)
    assert reminded_twice.count(MailKind.ESCALATION) == 0
    await reminded_twice.pass_time(6 * MINUTE)
    await eventually(lambda: reminded_twice.count(MailKind.ESCALATION) == 1)
    escalated = await reminded_twice.reached(lambda state: state.escalated)
    assert escalated.escalated_at is not None
    assert state.clicked_at is not None
    assert DAY <= escalated.escalated_at - state.clicked_at < DAY + HOUR


async def test_follow_ups_count_as_well(invited: Enrolment) -> None:
    """A reminder and a follow-up are two mails without effect; the manager learns of both."""
    await invited.pass_until_mails(2, within=WEEK + MINUTE)
    await invited.reminded(1)
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.pass_until_mails(3, within=WEEK + MINUTE)
    await invited.followed_up(1)
    await invited.pass_until_mails(4, within=DAY + MINUTE)
    assert invited.world.mails[-1] is MailKind.ESCALATION
    assert invited.world.deliveries[-1].nudges_sent == 2


async def test_names_the_lifetime_count_after_a_resend(invited: Enrolment) -> None:
    """A resend clears the column, but not the number that the manager is told."""
    await invited.pass_until_mails(2, within=WEEK + MINUTE)
    await invited.reminded(1)
    await invited.ask_for_link()
    await invited.pass_until_mails(3, within=MINUTE)
    await invited.shows(ReminderCount=0, InviteStatus="Sent")
    await invited.pass_until_mails(4, within=WEEK + MINUTE)
    await invited.shows(ReminderCount=1)
    await invited.pass_until_mails(5, within=DAY + MINUTE)
    assert invited.world.mails[-1] is MailKind.ESCALATION
    assert invited.world.deliveries[-1].nudges_sent == 2


async def test_looks_for_a_missing_manager_every_week(start: Start) -> None:
    """Without a manager the list says so; a week later there is one, who is told."""
    world = World(manager_upn=None)
    enrolment = await start(world, replace(SLOW_POLL, max_reminders=2))
    await enrolment.in_status(InviteStatus.SENT)
    for count in (2, 3):
        await enrolment.pass_until_mails(count, within=WEEK + MINUTE)
        await enrolment.reminded(count - 1)
    await enrolment.pass_time(DAY + MINUTE)
    await enrolment.complains(ProblemKind.NO_MANAGER)
    assert enrolment.count(MailKind.ESCALATION) == 0
    looks = len(world.deliveries)
    await enrolment.pass_time(WEEK - HOUR)
    assert len(world.deliveries) == looks
    world.manager_upn = "boss@contoso.example"
    await enrolment.pass_time(2 * HOUR)
    await eventually(lambda: enrolment.count(MailKind.ESCALATION) == 1)
    await enrolment.shows(ErrorDetails=None, EscalatedToManager=True)
