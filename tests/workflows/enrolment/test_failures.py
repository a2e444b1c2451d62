"""Permanent failures: shown on the list, tried every hour, cleared when it works again."""

from itertools import pairwise

from temporalio.client import WorkflowExecutionStatus

from domain.status import InviteStatus
from domain.tables.story import StoryKind
from domain.tracking_list.columns import Fields
from tests.support.enrolments import Enrolment
from tests.support.world import HOUR, MINUTE, World
from tests.workflows.conftest import Start


async def running(enrolment: Enrolment) -> bool:
    """Say whether it still runs."""
    return (await enrolment.handle.describe()).status is WorkflowExecutionStatus.RUNNING


def told_of_problems(world: World) -> list[StoryKind]:
    """Return what the story tells of problems."""
    kinds = {StoryKind.PROBLEM_MET, StoryKind.PROBLEM_SOLVED}
    return [event.kind for event in world.story if event.kind in kinds]


async def test_intake(start: Start) -> None:
    """An intake that is forbidden is shown, since when, and done an hour later."""
    world = World()
    world.fail("look_up_and_adopt", "No right to read the directory.")
    enrolment = await start(world)
    words = await enrolment.complains("No right to read the directory.")
    since = await enrolment.now()
    assert f"{since:%d %b %Y}" in words
    assert "PermissionDenied" not in words
    assert await running(enrolment)
    world.mend("look_up_and_adopt")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.shows(ErrorDetails=None)
    assert world.begun.count("look_up_and_adopt") == 2
    assert told_of_problems(world) == [StoryKind.PROBLEM_MET, StoryKind.PROBLEM_SOLVED]


async def test_intake_that_fails_for_hours_keeps_its_date(start: Start) -> None:
    """The same failure at each try keeps the date of the first, and nothing is written twice."""
    world = World()
    world.fail("look_up_and_adopt", "No right to read the directory.")
    enrolment = await start(world)
    words = await enrolment.complains("No right to read the directory.")
    await enrolment.pass_time(2 * HOUR + MINUTE)
    await enrolment.doing("look_up_and_adopt", times=3)
    assert world.row["ErrorDetails"] == words
    assert len(world.writes) == 1
    world.mend("look_up_and_adopt")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)
    assert all(one != other for one, other in pairwise(world.writes))


async def test_intake_that_fails_leaves_an_older_row_alone(start: Start) -> None:
    """Dates and counts of a row are still there when the intake works again, and adopted."""
    row: Fields = {
        "InviteStatus": "Sent",
        "InviteSentDate": "2026-01-01T00:00:00Z",
        "ReminderCount": 1,
        "TrackingToken": "11111111-2222-3333-4444-555555555555",
        "EscalatedToManager": True,
    }
    world = World(row=dict(row))
    world.fail("look_up_and_adopt", "No right to read the methods.")
    enrolment = await start(world)
    await enrolment.complains("No right to read the methods.")
    assert {name: world.row[name] for name in row} == row
    world.mend("look_up_and_adopt")
    await enrolment.pass_time(HOUR + MINUTE)
    state = await enrolment.reached(lambda state: state.escalated)
    assert state.older_token == row["TrackingToken"]


async def test_mail(start: Start) -> None:
    """A mailbox that is forbidden is shown; the invitation leaves once that is fixed."""
    world = World()
    world.fail("deliver_mail", "No right to use the mailbox.")
    enrolment = await start(world)
    await enrolment.complains("No right to use the mailbox.")
    await enrolment.shows(InviteStatus="Pending")
    world.mend("deliver_mail")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.shows(ErrorDetails=None)
    assert told_of_problems(world) == [StoryKind.PROBLEM_MET, StoryKind.PROBLEM_SOLVED]


async def test_sending(start: Start) -> None:
    """A draft that can't be sent is shown, and an hour later another one is sent."""
    world = World()
    world.fail("sending", "The draft disappeared.")
    enrolment = await start(world)
    await enrolment.complains("The draft disappeared.")
    world.mend("sending")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)
    assert len(world.mails) == 1


async def test_group(invited: Enrolment) -> None:
    """A group that is forbidden is shown, the click stays, and the user is added an hour later."""
    invited.world.fail("add_to_group", "No right to change the group.")
    await invited.click()
    await invited.complains("No right to change the group.")
    await invited.shows(InviteStatus="Clicked", InGroup=False)
    await invited.pass_time(HOUR - 5 * MINUTE)
    assert invited.world.begun.count("add_to_group") == 1
    invited.world.mend("add_to_group")
    await invited.pass_time(6 * MINUTE)
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.shows(ErrorDetails=None)


async def test_registration(start: Start) -> None:
    """Methods that can't be read are shown; a look an hour later that works clears the sentence."""
    world = World()
    world.fail("await_registration", "No right to read the methods.")
    enrolment = await start(world)
    await enrolment.complains("No right to read the methods.")
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.pass_time(HOUR - 5 * MINUTE)
    assert len(world.polls) == 1
    await enrolment.pass_time(6 * MINUTE)
    await enrolment.doing("await_registration", times=2)
    await enrolment.complains("No right to read the methods.")
    world.mend("await_registration")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.shows(ErrorDetails=None)
    await enrolment.register()
    await enrolment.handle.result()


async def test_passing_trouble_is_nobodys_business(start: Start) -> None:
    """An outage of hours is waited out: no sentence on the list, and no mail lost."""
    world = World()
    world.trouble("deliver_mail", retry_in=HOUR)
    enrolment = await start(world)
    await enrolment.doing("deliver_mail")
    await enrolment.pass_time(2 * HOUR + MINUTE)
    await enrolment.doing("deliver_mail", times=3)
    assert world.row.get("ErrorDetails") is None
    world.mend("deliver_mail")
    await enrolment.pass_time(HOUR + MINUTE)
    await enrolment.in_status(InviteStatus.SENT)
