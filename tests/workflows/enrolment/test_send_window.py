"""When mails may leave, and who is invited when."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from domain.mail.content import Withheld
from domain.mail.send_window import SendWindow
from domain.status import InviteStatus, MailKind
from domain.tracking_list.columns import iso
from tests.support.enrolments import ADMIN, SLOW_POLL
from tests.support.eventually import eventually
from tests.support.world import World
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow

HOUR = timedelta(hours=1)


def _opening_in(delay: timedelta) -> SendWindow:
    """Return a window that opens so far ahead, to the minute, for an hour of each day."""
    opens = (datetime.now(UTC) + delay).replace(second=0, microsecond=0).time()
    closes = time((opens.hour + 1) % 24, opens.minute)
    return SendWindow(opens=opens, closes=closes if closes > opens else time(0))


async def test_an_invitation_waits_for_the_window(start: Start) -> None:
    """Imported outside of the window, a person is invited after its next opening, not before."""
    window = _opening_in(3 * HOUR)
    late = await start(World(), replace(SLOW_POLL, window=window))
    leaves_at = window.next_open_for(datetime.now(UTC), late.world.person.object_id)
    await late.pass_time(2 * HOUR)
    assert late.count(MailKind.INVITATION) == 0
    left = leaves_at - await late.now()
    await late.pass_until_mails(1, within=left + timedelta(minutes=1))
    state = await late.in_status(InviteStatus.SENT)
    assert state.invite_sent_at is not None
    assert window.is_open(state.invite_sent_at)


async def test_a_new_link_doesnt_wait_for_the_window(start: Start) -> None:
    """Who asks for a new link at night gets it at night."""
    world = World()
    world.row = {"InviteStatus": "Sent", "InviteSentDate": iso(datetime.now(UTC) - HOUR)}
    enrolment = await start(world, replace(SLOW_POLL, window=_opening_in(3 * HOUR)))
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.handle.execute_update(EnrolmentWorkflow.resend, ADMIN)
    await eventually(lambda: world.mails == [MailKind.INVITATION])


async def test_a_slot_is_kept(start: Start) -> None:
    """Who is in the second wave is invited a day later."""
    slot = datetime.now(UTC) + timedelta(days=1)
    enrolment = await start(World(), invite_not_before=slot)
    await enrolment.pass_time(23 * HOUR)
    assert enrolment.count(MailKind.INVITATION) == 0
    await enrolment.pass_until_mails(1, within=2 * HOUR)


async def test_a_mail_whose_window_closed_in_the_queue_waits_for_the_next(start: Start) -> None:
    """It goes back to the enrolment, and isn't lost."""
    world = World(withheld=Withheld.WINDOW_CLOSED)
    enrolment = await start(world)
    await enrolment.reached(lambda state: state.mail_not_before is not None)
    await enrolment.in_status(InviteStatus.PENDING)
    world.withheld = None
    await enrolment.pass_until_mails(1, within=HOUR + timedelta(minutes=1))
    state = await enrolment.in_status(InviteStatus.SENT)
    assert state.problem is None


async def test_what_no_worker_can_answer_is_shown_and_asked_again(start: Start) -> None:
    """A worker without the time zone: ``ErrorDetails`` says so, and an hour later it goes on."""
    world = World()
    world.fail("send_time", "The worker doesn't know the time zone Europe/Zurich.")
    enrolment = await start(world, replace(SLOW_POLL, window=_opening_in(3 * HOUR)))
    await enrolment.complains("doesn't know the time zone")
    world.mend("send_time")
    await enrolment.pass_time(HOUR + timedelta(minutes=1))
    await eventually(lambda: world.begun.count("send_time") >= 2)
    await enrolment.pass_until_mails(1, within=3 * HOUR)
    state = await enrolment.in_status(InviteStatus.SENT)
    assert state.problem is None
