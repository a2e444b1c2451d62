"""Invitations, reminders and follow-ups over weeks: when they leave, and when they don't."""

from dataclasses import replace
from datetime import timedelta

from domain.status import InviteStatus, MailKind
from tests.support.enrolments import SLOW_POLL, Enrolment
from tests.support.world import DAY, MINUTE, WEEK
from tests.workflows.conftest import Start


async def test_invites_at_once_and_shows_it(start: Start) -> None:
    """Without a slot the invitation leaves at once, and the list says when."""
    enrolment = await start()
    state = await enrolment.in_status(InviteStatus.SENT)
    assert enrolment.world.mails == [MailKind.INVITATION]
    assert state.invite_sent_at is not None
    assert enrolment.world.row["InviteSentDate"] == f"{state.invite_sent_at:%Y-%m-%dT%H:%M:%SZ}"
    assert enrolment.world.row["MFARegistrationState"] == "Not Registered"


async def test_invitation_waits_for_its_slot(start: Start, invited: Enrolment) -> None:
    """The invitation doesn't leave before the slot that the import gave, and leaves then."""
    slot = await invited.now() + DAY
    enrolment = await start(invite_not_before=slot)
    await enrolment.shows(InviteStatus="Pending")
    await enrolment.pass_time(DAY - 5 * MINUTE)
    assert enrolment.world.mails == []
    await enrolment.pass_until_mails(1, within=6 * MINUTE)
    state = await enrolment.in_status(InviteStatus.SENT)
    assert state.invite_sent_at is not None
    assert state.invite_sent_at >= slot


async def test_reminds_every_seven_days_and_not_before(invited: Enrolment) -> None:
    """A reminder leaves after exactly 168 hours, then another after as many."""
    assert invited.world.mails == [MailKind.INVITATION]
    await invited.pass_time(WEEK - 5 * MINUTE)
    assert invited.count(MailKind.REMINDER) == 0
    await invited.pass_until_mails(2, within=6 * MINUTE)
    first = await invited.reminded(1)
    assert first.last_reminder_at is not None
    assert first.invite_sent_at is not None
    assert timedelta(0) <= first.last_reminder_at - first.invite_sent_at - WEEK < 5 * MINUTE
    await invited.shows(ReminderCount=1, InviteStatus="Sent")
    await invited.pass_time(WEEK - 10 * MINUTE)
    assert invited.count(MailKind.REMINDER) == 1
    await invited.pass_until_mails(3, within=11 * MINUTE)
    await invited.shows(ReminderCount=2)


async def test_no_reminder_after_a_click(invited: Enrolment) -> None:
    """Who has clicked gets no reminder, but a follow-up seven days after the click, every week."""
    await invited.pass_time(6 * DAY)
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.pass_time(WEEK - 5 * MINUTE)
    assert invited.world.mails == [MailKind.INVITATION]
    await invited.pass_until_mails(2, within=6 * MINUTE)
    await invited.followed_up(1)
    await invited.pass_until_mails(3, within=WEEK + MINUTE)
    state = await invited.followed_up(2)
    assert invited.world.mails == [MailKind.INVITATION, MailKind.FOLLOW_UP, MailKind.FOLLOW_UP]
    assert (state.reminder_count, state.last_reminder_at) == (0, None)


async def test_no_follow_up_where_they_are_off(start: Start) -> None:
    """With ``FOLLOW_UP=off`` nobody who clicked is mailed again."""
    enrolment = await start(policy=replace(SLOW_POLL, follow_up=False))
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.click()
    await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    await enrolment.pass_time(5 * WEEK)
    assert enrolment.world.mails == [MailKind.INVITATION]


async def test_no_more_reminders_than_allowed(start: Start) -> None:
    """With ``MAX_REMINDERS=1`` there is no second reminder."""
    enrolment = await start(policy=replace(SLOW_POLL, max_reminders=1))
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.pass_until_mails(2, within=WEEK + MINUTE)
    await enrolment.reminded(1)
    await enrolment.pass_time(4 * WEEK)
    assert enrolment.world.mails == [MailKind.INVITATION, MailKind.REMINDER]
    assert enrolment.world.deliveries[-1].is_last


async def test_reminders_go_on_after_the_manager_was_told(invited: Enrolment) -> None:
    """The third comes a week after the second."""
    for count in (1, 2, 3):
        await invited.pass_time(WEEK + MINUTE)
        await invited.reminded(count)
    assert invited.count(MailKind.ESCALATION) == 1
    reminders = [mail for mail in invited.world.deliveries if mail.kind is MailKind.REMINDER]
    assert [mail.before_manager for mail in reminders] == [False, True, False]
