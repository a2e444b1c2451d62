"""Taking back an import: only what it has done, each step again after whatever interrupted it."""

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

from database.enrolments.active import ActivePeople
from database.enrolments.person import read_person
from database.enrolments.records import EnrolmentRecords
from database.imports.imports import put_import
from database.imports.rows import put_rows
from database.requests.preview import preview_undo
from database.requests.requests import Requests
from database.tombstones import Tombstones
from domain.bulk.records import PersonOutcome
from domain.status import EnrolmentEnd
from domain.tables.enrolment import WriteOutcome
from domain.tables.imports import ImportRow, RowOutcome
from tests.activities.attempts import Attempts
from tests.activities.bulk.undoing import INVITED, NO_MAIL, begun, brought, told, undoing
from tests.activities.stage import Stage
from tests.database.test_imports import IMPORT
from tests.database.values import NOW, person, put
from tests.support.enrolments import enrol, working
from tests.support.world import World


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


async def test_people_who_are_only_known_to_temporal_are_found(stage: Stage, unique: Any) -> None:
    """An enrolment without a row yet is added once; one of another batch isn't."""
    # Temporal may still list an enrolment that another test has ended under a name of its own.
    batch = unique("wrong")
    given = await begun(stage, batch)
    await put(stage.database, person(1, batch_id="right"))
    other = person(1).object_id
    requests = Requests(stage.database)
    found = {other, str(uuid4())}
    assert await requests.choose_batch(given.request_id, batch, found) == 1
    assert await requests.choose_batch(given.request_id, batch, found) == 0
    assert other not in await told(stage, given)
    step = Attempts(undoing(stage).choose_people)
    assert await step.next(given) == 0
    assert await Attempts(undoing(stage).stop_import).next(given) == 0
