"""What an enrolment does with the end of a delivery: sent, unconfirmed, failed or cancelled."""

from domain.enrolment.state import ProblemKind
from domain.status import InviteStatus, MailKind
from domain.tables.mail import MailOrigin
from tests.support.enrolments import ADMIN, Enrolment
from tests.support.world import HOUR, MINUTE, WEEK, World
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow


async def test_an_unconfirmed_mail_counts_and_is_shown(start: Start) -> None:
    """It is not sent again by itself; the next mail that is confirmed clears the sentence."""
    enrolment = await start(World(unconfirmed=True))
    await enrolment.complains(ProblemKind.MAIL_UNCONFIRMED)
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.pass_time(WEEK - HOUR)
    assert enrolment.world.mails == [MailKind.INVITATION]
    enrolment.world.unconfirmed = False
    await enrolment.pass_until_mails(2, within=HOUR + MINUTE)
    await enrolment.shows(ErrorDetails=None)
    assert enrolment.world.mails == [MailKind.INVITATION, MailKind.REMINDER]


async def test_a_failed_delivery_is_withdrawn_before_the_next(start: Start) -> None:
    """Its draft is discarded at once, and an hour later it is another mail."""
    world = World()
    world.fail("sending", "No right to send.")
    enrolment = await start(world)
    await enrolment.complains("No right to send.")
    assert world.discarded == [MailKind.INVITATION]
    world.mend("sending")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)
    assert len({mail.key for mail in world.deliveries}) == 2


async def test_a_new_link_overtakes_a_mail_that_waits(invited: Enrolment) -> None:
    """A reminder that waits is withdrawn, and the link leaves for the one who asked."""
    invited.world.trouble("deliver_mail", retry_in=HOUR)
    await invited.pass_time(WEEK + MINUTE)
    await invited.doing("deliver_mail", times=2)
    invited.world.mend("deliver_mail")
    await invited.handle.execute_update(EnrolmentWorkflow.resend, ADMIN)
    await invited.mailed(MailKind.INVITATION, 2)
    assert invited.world.withdrawn == [MailKind.REMINDER]
    assert invited.world.deliveries[-1].origin is MailOrigin.ADMIN


async def test_a_mail_is_dated_by_its_sending(start: Start) -> None:
    """The list's date is when the request was begun, not when the enrolment heard of it."""
    world = World()
    enrolment = await start(world)
    state = await enrolment.in_status(InviteStatus.SENT)
    assert state.invite_sent_at is not None
    assert state.invite_sent_at == world.sent_at[0]
