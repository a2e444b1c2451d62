"""Where whoever sends a mail writes the row, the mirror only writes what else has happened."""

import pytest

from domain.enrolment.messages import RowDiffers
from domain.status import InviteStatus, MailKind
from domain.tables.story import StoryKind
from tests.support.enrolments import Enrolment
from tests.support.world import DAY, World
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow


def told(enrolment: Enrolment, kind: StoryKind) -> int:
    """Count how often the story tells this; no number is given twice."""
    story = enrolment.world.story
    assert len({event.number for event in story}) == len(story)
    return sum(event.kind is kind for event in story)


async def test_the_mirror_has_nothing_to_write_after_a_mail(start: Start) -> None:
    """Invitation and reminder need no write of their own; a click has one, and is the latest."""
    enrolment = await start(World(mails_write_rows=True))
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.pass_time(8 * DAY)
    await enrolment.reminded(1)
    await enrolment.shows(InviteStatus="Sent", ReminderCount=1)
    assert "write_row" not in enrolment.world.begun
    assert (told(enrolment, StoryKind.INVITED), told(enrolment, StoryKind.REMINDED)) == (1, 1)
    await enrolment.click()
    await enrolment.shows(InviteStatus="AddedToGroup")
    revisions = [record.revision for record in enrolment.world.records]
    assert revisions == sorted(set(revisions))


async def test_what_happens_meanwhile_is_written_at_once(start: Start) -> None:
    """An open while the mail is sent; then the mail's row is outdated, and the mirror's work."""
    world = World(mails_write_rows=True)
    sending = world.hold("sending")
    enrolment = await start(world)
    await enrolment.doing("sending")
    await enrolment.open()
    await enrolment.reached(lambda _: told(enrolment, StoryKind.OPENED))
    assert [set(write) for write in world.writes] == [{"EmailOpenedDate"}]
    sending.set()
    await enrolment.shows(InviteStatus="Sent")
    await enrolment.reached(lambda _: told(enrolment, StoryKind.INVITED))
    assert (told(enrolment, StoryKind.INVITED), told(enrolment, StoryKind.OPENED)) == (1, 1)


async def test_what_an_attempt_has_written_is_told_once(start: Start) -> None:
    """The mirror repeats the row where the result was lost; the story knows its events."""
    enrolment = await start(World(mails_write_rows=True, loses_rows=True))
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.doing("write_row")
    await enrolment.shows(InviteStatus="Sent")
    await enrolment.reached(lambda state: not state.story)
    assert told(enrolment, StoryKind.INVITED) == 1


@pytest.mark.parametrize("column", ["InviteStatus", "Title"])
async def test_what_somebody_changes_meanwhile_is_put_right(start: Start, column: str) -> None:
    """Also a column that the mail's row has."""
    world = World(mails_write_rows=True)
    sending = world.hold("sending")
    enrolment = await start(world)
    await enrolment.doing("sending")
    event = RowDiffers(event_id="1", at=await enrolment.now(), columns=(column,))
    await enrolment.handle.signal(EnrolmentWorkflow.row_differs, event)
    await enrolment.reached(lambda _: [set(write) for write in world.writes] == [{column}])
    sending.set()
    await enrolment.shows(InviteStatus="Sent", Title=world.person.user_principal_name)


async def test_an_open_is_shown_while_a_mail_waits(start: Start) -> None:
    """All mail may be stopped for days: that hides nothing else."""
    world = World(mails_write_rows=True)
    enrolment = await start(world)
    await enrolment.in_status(InviteStatus.SENT)
    world.trouble("deliver_mail", retry_in=DAY)
    await enrolment.pass_time(8 * DAY)
    await enrolment.doing("deliver_mail", times=2)
    await enrolment.open()
    await enrolment.reached(lambda _: told(enrolment, StoryKind.OPENED))
    assert set(world.writes[-1]) == {"EmailOpenedDate"}
    assert world.mails == [MailKind.INVITATION]


async def test_what_both_have_written_is_written_again(start: Start) -> None:
    """The list has the mirror's column, which it took after the mail's: nobody has noticed."""
    world = World(mails_write_rows=True)
    answered = world.hold("mail_row_written")
    enrolment = await start(world)
    await enrolment.doing("mail_row_written")
    event = RowDiffers(event_id="1", at=await enrolment.now(), columns=("InviteStatus",))
    await enrolment.handle.signal(EnrolmentWorkflow.row_differs, event)
    await enrolment.reached(lambda _: world.row["InviteStatus"] == "Pending")
    answered.set()
    await enrolment.shows(InviteStatus="Sent")
