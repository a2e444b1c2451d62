"""Taking back an import: only what it has done, each step again after whatever interrupted it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from activities.bulk.turns import Turns
from activities.bulk.undo_import import UndoActivities, UndoClients
from database.enrolments.active import ActivePeople
from database.enrolments.person import read_person
from database.enrolments.records import EnrolmentRecords
from database.erasure.tombstones import Tombstones
from database.imports.imports import put_import
from database.imports.rows import put_rows
from database.requests.begin import NewRequest, begin_request
from database.requests.preview import preview_undo
from database.requests.read import read_requested
from database.requests.requests import Requests
from domain.bulk.records import BulkInput, PersonOutcome, RequestAction
from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus
from domain.identifiers import BATCH_PREFIX, DRY_RUN_PREFIX
from domain.tables.audit import Actor
from domain.tables.enrolment import WriteOutcome
from domain.tables.imports import ImportRow, RowOutcome
from domain.tables.people import PeopleFilter
from graph.groups import EnforcementGroup
from simulated_tenant.directory.users import User
from temporal.search_attributes import SOURCE_BATCH_ID
from temporal.visibility import equals
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.stage import Stage
from tests.database.test_imports import IMPORT
from tests.database.values import NOW, person, put
from tests.support.enrolments import enrol, working
from tests.support.world import World, eventually

# However busy the machine is, an enrolment answers and ends within it.
PATIENCE = timedelta(minutes=2)
INVITED: dict[str, Any] = {"invite_sent_at": NOW, "status": InviteStatus.SENT}
NO_MAIL: dict[str, Any] = {"invite_sent_at": None, "status": InviteStatus.PENDING}


def undoing(stage: Stage, **options: Any) -> UndoActivities:
    """Return the steps."""
    return UndoActivities(
        UndoClients(
            client=stage.client,
            tracking_list=stage.tracking_list,
            group=EnforcementGroup(stage.graph, stage.group.id),
            requests=Requests(stage.database),
        ),
        turns=Turns(per_second=10**6),
        **{"answer_within": PATIENCE, "ends_within": PATIENCE} | options,
    )


async def brought(
    stage: Stage, number: int, *, member: bool = False, notes: str | None = None, **values: Any
) -> User:
    """Return somebody whom the batch brought, as list, group and tables have them."""
    user = stage.user()
    item = stage.row(Title=user.user_principal_name, ObjectId=user.id, InGroup=member, Notes=notes)
    if member:
        stage.tenant.add_member(stage.group.id, user.id)
    known = {"batch_id": "wrong", "in_group": member, **values}
    await put(stage.database, person(number, object_id=user.id, item_id=str(item.id), **known))
    return user


async def begun(stage: Stage) -> BulkInput:
    """Record the request as an admin makes it, and return what its steps are given."""
    new = NewRequest(
        request_id=str(uuid4()),
        action=RequestAction.UNDO_IMPORT,
        actor=Actor(name="grace"),
        reason="the wrong file",
        at=NOW,
        selection={"batch_id": "wrong"},
        wanted=PeopleFilter(batch_id="wrong"),
    )
    async with stage.database.writing() as connection:
        await begin_request(connection, new)
    return BulkInput(
        request_id=new.request_id,
        action=new.action,
        actor="grace",
        reason=new.reason,
        batch_id="wrong",
    )


async def told(stage: Stage, given: BulkInput) -> dict[str, tuple[str | None, str | None]]:
    """Return the outcomes, by ObjectId."""
    async with stage.database.reading() as connection:
        found = await read_requested(connection, given.request_id)
    return {one.object_id: (one.outcome, one.reason) for one in found}


async def test_only_what_the_import_did_is_taken_back(stage: Stage) -> None:
    """Members whom we added leave the group, rows without mail go, others are kept as cancelled.

    Whom another batch brought is left alone; nobody is a case for the look at Active people.
    """
    stage.assume(grouplag="off")
    new = await brought(stage, 1, **NO_MAIL)
    joined = await brought(stage, 2, member=True, added_by_us=True, **NO_MAIL)
    noted = await brought(stage, 3, notes="a VIP", **NO_MAIL)
    active = await brought(
        stage,
        4,
        member=True,
        added_by_us=True,
        ended=EnrolmentEnd.ACTIVE,
        ended_at=NOW,
        registered_at=NOW,
        **INVITED,
    )
    before = await brought(stage, 5, member=True, **INVITED)
    gone_already = await brought(stage, 6, in_group=True, added_by_us=True, **INVITED)
    other = await brought(stage, 7, member=True, added_by_us=True, batch_id="right", **NO_MAIL)
    given = await begun(stage)
    async with stage.database.reading() as connection:
        found = await preview_undo(connection, "wrong")
    assert (found.people, found.invited, found.erased, found.in_group) == (6, 3, 3, 3)
    assert (found.left_in_group, found.registered) == (1, 1)

    await Attempts(undoing(stage).undo_people).next(given)

    assert await told(stage, given) == {
        new.id: (PersonOutcome.ERASED, None),
        joined.id: (PersonOutcome.ERASED, "removed-from-group"),
        noted.id: (PersonOutcome.KEPT, None),
        active.id: (PersonOutcome.KEPT, "removed-from-group"),
        before.id: (PersonOutcome.KEPT, "left-in-group"),
        gone_already.id: (PersonOutcome.KEPT, "removed-from-group"),
    }
    assert sorted(stage.tenant.members(stage.group.id)) == sorted([before.id, other.id])
    rows = {item["ObjectId"]: item for item in stage.items()}
    assert rows.keys() == {noted.id, active.id, before.id, gone_already.id, other.id}
    assert rows[active.id]["InGroup"] is False
    assert re.search("grace.*the wrong file", rows[active.id]["ErrorDetails"])
    assert rows[before.id]["InGroup"] is True
    assert rows[other.id].get("ErrorDetails") is None
    async with stage.database.reading() as connection:
        assert await read_person(connection, new.id) is None
        page = await read_person(connection, active.id)
        untouched = await read_person(connection, other.id)
    assert page is not None
    assert (page.row.ended, page.row.in_group) == (EnrolmentEnd.CANCELLED, False)
    assert untouched is not None
    assert (untouched.row.ended, untouched.row.in_group) == (None, True)
    assert await ActivePeople(stage.database).read() == []
    records = EnrolmentRecords(stage.database, Tombstones())
    again = person(1, object_id=new.id, revision=0)
    assert await records.write(again, ()) is WriteOutcome.APPLIED, "imported again at once"


async def test_rows_of_unknown_names_go(stage: Stage) -> None:
    """Only those that this import made, and on which nobody has written."""
    names = [f"nobody{number}@contoso.example" for number in range(5)]
    made_by = [("wrong", None), ("right", None), ("wrong", "a VIP"), ("wrong", None)]
    for name, (batch_id, notes) in zip(names, made_by, strict=False):
        stage.row(Title=name, SourceBatchId=batch_id, Notes=notes)
    somebody = stage.row(Title=names[4], SourceBatchId="wrong", ObjectId=stage.user().id)
    unknown = [
        ImportRow(line=line, value=name, outcome=RowOutcome.UNKNOWN, reason="unknown")
        for line, name in enumerate(names)
        if line != 3
    ]
    started = ImportRow(line=3, value=names[3], outcome=RowOutcome.STARTED)
    async with stage.database.writing() as connection:
        await put_import(connection, replace(IMPORT, batch_id="wrong"))
        await put_rows(connection, IMPORT.import_id, [*unknown, started])
    given = await begun(stage)
    async with stage.database.reading() as connection:
        assert (await preview_undo(connection, "wrong")).unknown == 4
    for _ in range(2):
        await Attempts(undoing(stage).undo_people).next(given)
    assert {item["Title"] for item in stage.items()} == {*names[1:4], somebody.fields["Title"]}


async def test_a_running_enrolment_is_ended_first(stage: Stage, unique: Any, skipper: Any) -> None:
    """It ends as cancelled before anything is taken back, and its history is deleted."""
    user, queue = await brought(stage, 1, **NO_MAIL), unique("queue")
    world = World()
    world.person = replace(world.person, object_id=user.id)
    given = await begun(stage)
    async with working(stage.client, world, task_queue=queue, mails_wait=True):
        enrolment = await enrol(skipper, world, task_queue=queue, batch_id="wrong")
        await enrolment.reached(lambda state: state.person)
        await Attempts(undoing(stage).undo_people).next(given)
    assert await told(stage, given) == {user.id: (PersonOutcome.ERASED, None)}
    assert world.records[-1].ended is EnrolmentEnd.CANCELLED
    assert world.mails == []
    assert stage.items() == []


async def test_whoever_was_imported_again_meanwhile_is_left_alone(
    stage: Stage, unique: Any, skipper: Any
) -> None:
    """An undo ends no enrolment of the right file, whether or not its row is in the tables."""
    known, new = await brought(stage, 1, **NO_MAIL), await brought(stage, 2, **NO_MAIL)
    given, queue, world = await begun(stage), unique("queue"), World()
    values = {"batch_id": "right", "revision": person(1).revision + 1, **NO_MAIL}
    await put(stage.database, person(1, object_id=known.id, **values))
    world.person = replace(world.person, object_id=new.id)
    async with working(stage.client, world, task_queue=queue, mails_wait=True):
        enrolment = await enrol(skipper, world, task_queue=queue, batch_id="right")
        await enrolment.reached(lambda state: state.person)
        await Attempts(undoing(stage).undo_people).next(given)
        assert world.records[-1].ended is None
        await enrolment.handle.terminate()
    ended = (PersonOutcome.ENDED, None)
    assert await told(stage, given) == {known.id: ended, new.id: ended}
    assert len(stage.items()) == 2


async def test_throttling_is_waited_for(stage: Stage) -> None:
    """While Graph asks to slow down the attempt fails in a way that passes, and nobody is lost."""
    stage.assume(grouplag="off")
    user = await brought(stage, 1, member=True, added_by_us=True, **INVITED)
    given = await begun(stage)
    attempts = Attempts(undoing(stage).undo_people)
    stage.fault("DELETE", "/members/", status=429, retry_after="1")

    assert_passing(await attempts.failure(given), "Throttled")
    assert await told(stage, given) == {user.id: (None, None)}
    await attempts.next(given)

    assert await told(stage, given) == {user.id: (PersonOutcome.KEPT, "removed-from-group")}
    assert stage.tenant.members(stage.group.id) == []


async def test_who_cannot_be_taken_out_is_told(stage: Stage) -> None:
    """Without the right to change the group nothing of the person is deleted, and it says why."""
    user = await brought(stage, 1, member=True, added_by_us=True, **NO_MAIL)
    given = await begun(stage)
    stage.fault("DELETE", "/members/", status=403, times=None)

    await Attempts(undoing(stage).undo_people).next(given)

    ((outcome, reason),) = (await told(stage, given)).values()
    assert outcome is PersonOutcome.NOT_REACHED
    assert "GroupMember.ReadWrite.All" in str(reason)
    assert len(stage.items()) == 1
    requests = Requests(stage.database)
    assert await requests.try_again(given.request_id) == 1
    assert await requests.waiting(given.request_id, 10) == [user.id]


async def test_people_who_are_only_known_to_temporal_are_found(stage: Stage) -> None:
    """An enrolment without a row yet is added once; one of another batch isn't."""
    given = await begun(stage)
    await put(stage.database, person(1, batch_id="right"))
    other = person(1).object_id
    requests = Requests(stage.database)
    found = {other, str(uuid4())}
    assert await requests.choose_batch(given.request_id, "wrong", found) == 1
    assert await requests.choose_batch(given.request_id, "wrong", found) == 0
    assert other not in await told(stage, given)
    step = Attempts(undoing(stage).choose_people)
    assert await step.next(given) == 0
    assert await Attempts(undoing(stage).stop_import).next(given) == 0


async def test_a_running_import_is_stopped(stage: Stage) -> None:
    """Its parts are cancelled and its record says so; a dry run of the batch goes on."""
    queue = str(uuid4())
    wrong = TypedSearchAttributes([SearchAttributePair(SOURCE_BATCH_ID, f"wrong-{queue}")])
    part, dry_run = [
        await stage.client.start_workflow(
            "BatchWorkflow",
            id=f"{prefix}{queue}-1",
            task_queue=queue,
            search_attributes=wrong,
        )
        for prefix in (BATCH_PREFIX, DRY_RUN_PREFIX)
    ]

    async def both_are_visible() -> bool:
        query = equals(SOURCE_BATCH_ID, f"wrong-{queue}")
        return (await stage.client.count_workflows(query)).count == 2

    await eventually(both_are_visible)
    given = replace(await begun(stage), batch_id=f"wrong-{queue}")
    step = Attempts(undoing(stage, ends_within=timedelta()).stop_import)
    assert_passing(await step.failure(given), "ServiceUnavailable")
    assert [
        event.event_type
        async for event in part.fetch_history_events()
        if event.HasField("workflow_execution_cancel_requested_event_attributes")
    ]
    assert (await dry_run.describe()).status is WorkflowExecutionStatus.RUNNING
    await part.terminate()
    await dry_run.terminate()
