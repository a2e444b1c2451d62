"""What an enrolment says about its row, and what it does when the row isn't as written."""

from collections.abc import Sequence
from uuid import uuid4

from domain.enrolment.messages import Event, RowDiffers
from domain.enrolment.state import ProblemKind
from domain.status import InviteStatus
from domain.tracking_list.columns import COLUMNS, Fields
from tests.support.enrolments import Enrolment
from tests.support.eventually import eventually
from tests.support.world import World
from tests.workflows.conftest import Start
from workflows.enrolment.workflow import EnrolmentWorkflow

ALL = [column.name for column in COLUMNS]


async def tell(enrolment: Enrolment, columns: Sequence[str] = (), event_id: str = "") -> None:
    """Tell it that its row differs."""
    event = RowDiffers(
        event_id=event_id or str(uuid4()), at=await enrolment.now(), columns=tuple(columns)
    )
    await enrolment.handle.signal(EnrolmentWorkflow.row_differs, event)


async def test_before_intake_a_change_is_no_business_of_its(start: Start) -> None:
    """While intake is under way no row is its own."""
    world = World()
    gate = world.hold("look_up_and_adopt")
    enrolment = await start(world)
    await enrolment.doing("look_up_and_adopt")

    await tell(enrolment)
    gate.set()

    await enrolment.in_status(InviteStatus.SENT)


async def test_what_differs_is_written_again(invited: Enrolment) -> None:
    """The named columns and no others, also those that hold nothing."""
    before = len(invited.world.writes)
    invited.world.row |= {"InviteStatus": "Active", "EscalationDate": "2020-01-01T00:00:00Z"}

    await tell(invited, ["InviteStatus", "EscalationDate"])

    await invited.shows(InviteStatus="Sent", EscalationDate=None)
    assert invited.world.writes[before:] == [{"InviteStatus": "Sent", "EscalationDate": None}]


async def test_a_missing_row_is_written_whole(invited: Enrolment) -> None:
    """No columns named: all of them, except the one that the polling activity writes."""
    invited.world.row.clear()

    await tell(invited)

    await invited.shows(InviteStatus="Sent", Source="CSV Upload")
    assert set(invited.world.writes[-1]) == set(ALL) - {"Notes", "LastChecked"}


async def test_the_same_news_count_once(invited: Enrolment) -> None:
    """A repeat of the event writes nothing more."""
    await tell(invited, ["Department"], "once")
    await eventually(lambda: invited.world.writes[-1] == {"Department": "Research"})
    before = len(invited.world.writes)

    await tell(invited, ["Department"], "once")
    await tell(invited, ["DisplayName_"], "after")

    await eventually(lambda: len(invited.world.writes) > before)
    assert invited.world.writes[before:] == [{"DisplayName_": "Ada Lovelace"}]


async def test_first_source_and_batch_survive_a_lost_row(start: Start) -> None:
    """An adopted row that was deleted comes back with the source and the batch that it had."""
    world = World(row={"InviteStatus": "Sent", "Source": "Manual", "SourceBatchId": "winter"})
    enrolment = await start(world)
    await enrolment.shows(ObjectId=world.person.object_id)
    world.row.clear()

    await tell(enrolment)

    await enrolment.shows(Source="Manual", SourceBatchId="winter")


async def test_an_erased_manager_is_forgotten(start: Start) -> None:
    """The list and the tables name nobody any more; that the manager was told stays known."""
    row: Fields = {"InviteStatus": "Sent", "ManagerUPN": "boss@contoso.example"}
    enrolment = await start(World(row={**row, "EscalatedToManager": True}))
    await enrolment.shows(ObjectId=enrolment.world.person.object_id)

    event = Event(event_id=str(uuid4()), at=await enrolment.now())
    await enrolment.handle.signal(EnrolmentWorkflow.manager_erased, event)

    await enrolment.shows(ManagerUPN=None, EscalatedToManager=True)
    await eventually(lambda: enrolment.world.records[-1].manager_upn is None)


async def test_a_refused_column_is_complained_of_until_it_is_taken(start: Start) -> None:
    """``ErrorDetails`` names it with the remedy; once the list takes it, the sentence goes."""
    enrolment = await start(World(refused=("Department",)))
    complaint = await enrolment.complains(ProblemKind.COLUMNS_REFUSED)
    assert "Department" in complaint
    enrolment.world.refused = ()

    await tell(enrolment, ["Department"])

    await enrolment.shows(Department="Research", ErrorDetails=None)


async def test_news_during_a_write_are_not_lost(invited: Enrolment) -> None:
    """A column that is being written, and is said to differ meanwhile, is written once more."""
    before = len(invited.world.writes)
    begun = invited.world.begun.count("write_row")
    gate = invited.world.hold("write_row")
    await invited.open()
    await invited.doing("write_row", times=begun + 1)

    await tell(invited, ["EmailOpenedDate"])
    # A query is answered after the signals before it.
    await invited.state()
    gate.set()

    await eventually(lambda: len(invited.world.writes) == before + 2)
    assert [set(write) for write in invited.world.writes[before:]] == [{"EmailOpenedDate"}] * 2
