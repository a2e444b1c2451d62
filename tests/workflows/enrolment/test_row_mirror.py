"""The tracking list follows every enrolment, however long it takes."""

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError

from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.story import StoryKind
from tests.support.enrolments import ADMIN, Enrolment
from tests.support.eventually import eventually
from tests.support.variants import WithDyingMirror
from tests.support.world import DAY, HOUR, MINUTE, World
from tests.workflows.conftest import Start
from workflows.enrolment.texts import LABELS
from workflows.enrolment.workflow import EnrolmentWorkflow


@pytest.mark.parametrize("passing", [True, False])
async def test_no_end_with_a_stale_row(invited: Enrolment, passing: bool) -> None:
    """A list that can't be written for hours holds the end up, and then shows Active."""
    if passing:
        invited.world.trouble("write_row", retry_in=HOUR)
    else:
        invited.world.fail("write_row", "No right to write.")
    await invited.register()
    await invited.reached(lambda state: state.status is InviteStatus.ACTIVE)
    await invited.pass_time(3 * HOUR)
    assert (await invited.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert invited.world.row["InviteStatus"] == "Sent"
    invited.world.mend("write_row")
    await invited.pass_time(HOUR + MINUTE)
    await invited.handle.result()
    assert invited.world.row["InviteStatus"] == "Active"


async def test_news_go_on_while_the_list_is_down(invited: Enrolment) -> None:
    """A list that is down keeps nobody out of the group, and catches up in one write."""
    invited.world.trouble("write_row", retry_in=HOUR)
    await invited.open()
    await invited.doing("write_row", times=2)
    await invited.click()
    await invited.reached(lambda state: state.status is InviteStatus.ADDED_TO_GROUP)
    invited.world.mend("write_row")
    before = len(invited.world.writes)
    await invited.pass_time(HOUR + MINUTE)
    await invited.shows(InviteStatus="AddedToGroup", InGroup=True)
    caught_up = invited.world.writes[before:]
    assert len(caught_up) == 1
    assert {"InviteStatus", "ClickedLinkDate", "AddedToGroupDate", "InGroup"} <= set(caught_up[0])


async def test_bursts_become_one_write(invited: Enrolment) -> None:
    """What happens during one write is the next one, with nothing but what changed."""
    written = invited.world.hold("write_row")
    await invited.open()
    await invited.doing("write_row", times=2)
    before = len(invited.world.writes)
    await invited.click()
    await invited.reached(lambda state: state.status is InviteStatus.ADDED_TO_GROUP)
    written.set()
    await invited.shows(InviteStatus="AddedToGroup")
    opened, burst = invited.world.writes[before:]
    assert set(opened) == {"EmailOpenedDate"}
    assert set(burst) == {"InviteStatus", "ClickedLinkDate", "AddedToGroupDate", "InGroup"}


async def test_slow_group_is_shown_as_clicked(invited: Enrolment) -> None:
    """While a call to the group is being retried the list already shows the click."""
    invited.world.trouble("add_to_group", retry_in=HOUR)
    await invited.click()
    await invited.doing("add_to_group")
    await invited.pass_time(MINUTE)
    await invited.shows(InviteStatus="Clicked", InGroup=False)
    invited.world.mend("add_to_group")
    await invited.pass_time(HOUR)
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)


async def test_refused_column_is_shown_and_holds_nothing_up(start: Start) -> None:
    """A column that the list refuses is named in the details, and the enrolment goes on."""
    enrolment = await start(World(refused=("Department",)))
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    text = await enrolment.handle.query("__temporal_workflow_metadata")
    assert f"{LABELS['refused']} | Department" in str(text)
    assert "Department" not in enrolment.world.row


async def test_death_of_the_mirror_is_noticed(start: Start) -> None:
    """A mirror that dies fails the enrolment, instead of leaving a stale row for ever."""
    enrolment = await start(workflow=WithDyingMirror)
    with pytest.raises(WorkflowFailureError) as failure:
        await enrolment.handle.result()
    assert "The mirror died." in str(failure.value.cause)


async def test_nothing_is_written_while_nothing_happens(invited: Enrolment) -> None:
    """Days without news add no write."""
    before = len(invited.world.writes)
    await invited.pass_time(6 * DAY)
    assert len(invited.world.writes) == before


async def test_the_database_gets_every_event_once(invited: Enrolment) -> None:
    """The story is told from the import on, in order, and the row says what is next and when."""
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    await invited.register()
    await invited.handle.result()
    told = [event.kind for event in invited.world.story]
    assert told == [
        StoryKind.IMPORTED,
        StoryKind.CHECKED,
        StoryKind.INVITED,
        StoryKind.CLICKED,
        StoryKind.ADDED_TO_GROUP,
        StoryKind.REGISTERED,
        StoryKind.ENDED,
    ]
    last = invited.world.records[-1]
    assert (last.ended, last.next_step) == (EnrolmentEnd.ACTIVE, None)
    assert last.registered_after == "invitation"


async def test_revisions_grow_with_every_write(invited: Enrolment) -> None:
    """A write that arrives late is older by its revision, whatever run it comes from."""
    await invited.open()
    await invited.click()
    await invited.in_status(InviteStatus.ADDED_TO_GROUP)
    revisions = [record.revision for record in invited.world.records]
    assert revisions == sorted(set(revisions))


async def test_a_pause_reaches_the_database_without_a_write_to_the_list(invited: Enrolment) -> None:
    """No column says that somebody is paused; the row in the database does, and by whom."""
    writes = len(invited.world.writes)
    await invited.handle.execute_update(EnrolmentWorkflow.pause, ADMIN)
    await eventually(lambda: invited.world.records[-1].paused_by is not None)
    assert invited.world.records[-1].paused_by == ADMIN.actor
    assert len(invited.world.writes) == writes
