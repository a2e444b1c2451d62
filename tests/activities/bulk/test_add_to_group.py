"""Adding people to the group by an admin's word: who may be, what is written, and only once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete

from activities.bulk.add_to_group import GroupRequestActivities
from activities.bulk.turns import Turns
from client.tables.list_recovery import ListRecovery
from database.enrolments.person import read_person
from database.enrolments.records import EnrolmentRecords
from database.requests.begin import NewRequest, begin_request
from database.requests.preview import preview_request
from database.requests.read import read_requested
from database.requests.requests import Requests
from database.schema import enrolment, story
from database.tombstones import Tombstones
from database.tracking_list.list_pass import ListPass
from domain.bulk.records import BulkInput, RequestAction
from domain.instants import microseconds
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.audit import Actor
from domain.tables.people import PeopleFilter
from domain.tables.story import StoryKind
from domain.tracking_list.columns import iso
from graph.groups import EnforcementGroup
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts
from tests.activities.stage import TOKEN_KEY, Stage
from tests.database.values import NOW, person, put

ACTIVE: dict[str, Any] = {
    "status": InviteStatus.ACTIVE,
    "registration": RegistrationState.REGISTERED,
    "registered_at": NOW,
    "ended": EnrolmentEnd.ACTIVE,
    "ended_at": NOW,
}
LEFT: dict[str, Any] = {
    "in_group": True,
    "added_to_group_at": NOW,
    "attention": AttentionKind.LEFT_GROUP,
    "attention_since": NOW,
}
EVERYBODY = PeopleFilter(department="Sales")


def adding(stage: Stage) -> GroupRequestActivities:
    """Return the step."""
    return GroupRequestActivities(
        client=stage.client,
        requests=Requests(stage.database),
        group=stage.group_activities,
        tracking_list=stage.tracking_list,
        turns=Turns(per_second=10**6),
    )


async def known(stage: Stage, number: int, *, member: bool = False, **values: Any) -> User:
    """Return somebody as list, group and tables have them."""
    user = stage.user()
    item = stage.row(Title=user.user_principal_name, ObjectId=user.id, InGroup=False)
    if member:
        stage.tenant.add_member(stage.group.id, user.id)
    row = person(number, object_id=user.id, item_id=str(item.id), **ACTIVE | values)
    await put(stage.database, row)
    return user


async def begun(stage: Stage) -> BulkInput:
    """Record the request as an admin makes it, and return what its step is given."""
    new = NewRequest(
        request_id=str(uuid4()),
        action=RequestAction.ADD_TO_GROUP,
        actor=Actor(name="grace"),
        reason="clean-up",
        at=NOW,
        selection={},
        wanted=EVERYBODY,
    )
    async with stage.database.writing() as connection:
        await begin_request(connection, new)
    return BulkInput(request_id=new.request_id, action=new.action, actor="grace", reason=new.reason)


async def test_only_registered_people_are_added(stage: Stage) -> None:
    """Row, list and story follow Microsoft's answer; exclusion and undo are respected.

    A second attempt, as after a lost worker, adds and tells nothing twice.
    """
    stage.assume(grouplag="off")
    left = await known(stage, 1, **LEFT)
    never = await known(stage, 2)
    back_again = await known(stage, 3, member=True, **LEFT)
    excluded = await known(stage, 4, **LEFT)
    stage.tenant.add_member(stage.excluded_group.id, excluded.id)
    undone = await known(stage, 5, ended=EnrolmentEnd.CANCELLED)
    new = await known(stage, 6, registration=RegistrationState.NOT_REGISTERED)
    member = await known(stage, 7, member=True, in_group=True)
    gone_id = str(uuid4())
    await put(stage.database, person(8, object_id=gone_id, **ACTIVE))
    async with stage.database.reading() as connection:
        found = await preview_request(connection, RequestAction.ADD_TO_GROUP, wanted=EVERYBODY)
    assert (found.people, found.ended, found.refused, found.asked) == (8, 1, 2, 5)
    given = await begun(stage)

    for _ in range(2):
        await Attempts(adding(stage).add_people_to_group).next(given)

    async with stage.database.reading() as connection:
        told = {
            one.object_id: (one.outcome, one.reason)
            for one in await read_requested(connection, given.request_id)
        }
        pages = {
            user.id: await read_person(connection, user.id)
            for user in (left, never, back_again, excluded, undone)
        }
    assert told.pop(gone_id)[0] == "not-reached"
    assert told == {
        left.id: ("done", None),
        never.id: ("done", None),
        back_again.id: ("done", "already-member"),
        excluded.id: ("refused", "excluded"),
        undone.id: ("ended", "cancelled"),
        new.id: ("refused", "not-registered"),
        member.id: ("refused", "already-member"),
    }
    members = set(stage.tenant.members(stage.group.id))
    assert members == {left.id, never.id, back_again.id, member.id}
    items = {item["ObjectId"]: item for item in stage.items()}
    for user, by_us in ((left, True), (never, True), (back_again, False)):
        page = pages[user.id]
        assert page is not None
        row, [event] = page.row, page.story
        assert (row.in_group, row.added_by_us, row.attention) == (True, by_us, None)
        assert row.attention_since is None
        assert row.revision >= microseconds(event.at)
        assert (event.kind, event.actor) == (StoryKind.ADDED_TO_GROUP, "grace")
        first_at = event.at if user is never else NOW
        assert row.added_to_group_at == first_at, "the first date stays"
        columns = {"InGroup": True, "AddedToGroupDate": iso(first_at)}
        assert columns.items() <= row.written.items()
        assert items[user.id]["InGroup"] is True
    assert items[left.id]["AddedToGroupDate"] == iso(NOW)
    for user in (excluded, undone):
        page = pages[user.id]
        assert page is not None
        assert (page.story, items[user.id]["InGroup"]) == ([], False)


async def test_list_row_and_story_name_one_moment(stage: Stage) -> None:
    """Microsoft takes its time between the moment and our tables, which name it all the same."""
    stage.assume(grouplag="off")
    user = await known(stage, 1)
    given = await begun(stage)
    stage.fault("PATCH", "/items/", status=None, hold_after=timedelta(seconds=1.1))

    await Attempts(adding(stage).add_people_to_group).next(given)

    page = (await read_all(stage, user))[user.id]
    [item], [event] = stage.items(), page.story
    assert page.row.added_to_group_at == event.at
    assert item["AddedToGroupDate"] == page.row.written["AddedToGroupDate"] == iso(event.at)


async def test_a_rebuild_learns_of_it_from_list_and_group(stage: Stage) -> None:
    """Their histories have ended before; the list alone, which people edit, adds nobody.

    Row and story are as they were, but for who asked; once more changes nothing.
    """
    stage.assume(grouplag="off")
    left, edited, gone = [await known(stage, number) for number in (1, 2, 3)]
    given = await begun(stage)
    await Attempts(adding(stage).add_people_to_group).next(given)
    group = EnforcementGroup(stage.graph, stage.group.id)
    for user in (edited, gone):
        await group.remove_member(user.id)
    items = {item["ObjectId"]: str(item["id"]) for item in stage.items()}
    await stage.tracking_list.update(items[gone.id], {"InGroup": False})
    before = await read_all(stage, left, edited, gone)
    async with stage.database.writing() as connection:
        for table in (story, enrolment):
            await connection.execute(delete(table))
    for number, user in enumerate((left, edited, gone), start=1):
        row = person(number, object_id=user.id, item_id=items[user.id], **ACTIVE)
        await put(stage.database, row)

    found = [await recovery(stage).run() for _ in range(2)]

    assert [one.later_members for one in found] == [1, 0]
    after = await read_all(stage, left, edited, gone)
    was, now = before[left.id], after[left.id]
    assert now.row.in_group
    assert not now.row.added_by_us
    assert now.row.added_to_group_at == was.row.added_to_group_at.replace(microsecond=0)
    columns = {"InGroup": True, "AddedToGroupDate": iso(was.row.added_to_group_at)}
    assert columns.items() <= now.row.written.items()
    [event] = now.story
    assert (event.kind, event.actor) == (StoryKind.ADDED_TO_GROUP, None)
    assert event.at == now.row.added_to_group_at
    for user in (edited, gone):
        assert (after[user.id].row.in_group, after[user.id].story) == (False, [])


async def read_all(stage: Stage, *users: User) -> dict[str, Any]:
    """Return the pages of these people."""
    async with stage.database.reading() as connection:
        return {user.id: await read_person(connection, user.id) for user in users}


def recovery(stage: Stage) -> ListRecovery:
    """Return what a rebuild reads the list with."""
    return ListRecovery(
        client=stage.client,
        tracking_list=stage.tracking_list,
        group=EnforcementGroup(stage.graph, stage.group.id),
        records=EnrolmentRecords(stage.database, Tombstones()),
        tables=ListPass(stage.database, Tombstones()),
        token_keys=(TOKEN_KEY,),
    )
