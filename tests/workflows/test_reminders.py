"""Invitations, reminders, follow-ups and the manager, over weeks."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from temporalio.testing import TimeSkipper

from domain.status import InviteStatus, MailKind
from tests.support.enrolments import Enrolment, enrol, working
from tests.support.world import World, eventually

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)


@pytest.fixture
async def enrolment(skipper: TimeSkipper, unique: Callable[[str], str]) -> AsyncIterator[Enrolment]:
    """Enrol Ada, who has just been invited."""
    world, queue = World(), unique("queue")
    async with working(skipper.client, world, task_queue=queue):
        enrolment = await enrol(skipper, world, task_queue=queue)
        await enrolment.in_status(InviteStatus.SENT)
        yield enrolment
        await enrolment.handle.terminate()


async def test_reminds_every_seven_days_and_not_before(enrolment: Enrolment) -> None:
    """A reminder leaves after exactly 168 hours, then another after as many."""
    assert enrolment.world.mails == [MailKind.INVITATION]
    await enrolment.pass_time(WEEK - MINUTE)
    assert enrolment.count(MailKind.REMINDER) == 0
    await enrolment.pass_until_mails(2, within=2 * MINUTE)
    first = await enrolment.reached(lambda state: state.reminder_count == 1)
    assert first.last_reminder_at is not None
    assert first.invite_sent_at is not None
    assert timedelta(0) <= first.last_reminder_at - first.invite_sent_at - WEEK < MINUTE
    await enrolment.pass_time(WEEK - 2 * MINUTE)
    assert enrolment.count(MailKind.REMINDER) == 1
    await enrolment.pass_until_mails(3, within=3 * MINUTE)
    await eventually(lambda: enrolment.world.row["ReminderCount"] == 2)
