"""Adding people to the group by an admin's word: who may be, what is written, and only once."""

from typing import Any
from uuid import uuid4

from activities.bulk.add_to_group import GroupRequestActivities
from activities.bulk.turns import Turns
from database.enrolments.person import read_person
from database.requests.begin import NewRequest, begin_request
from database.requests.preview import preview_request
from database.requests.read import read_requested
from database.requests.requests import Requests
from domain.bulk.records import BulkInput, RequestAction
from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus, RegistrationState
from domain.instants import microseconds
from domain.tables.attention import AttentionKind
from domain.tables.audit import Actor
from domain.tables.people import PeopleFilter
from domain.tables.story import StoryKind
from domain.tracking_list.columns import iso
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts
from tests.activities.stage import Stage
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
        if user is not never:
            assert columns.items() <= row.written.items()
        assert items[user.id]["InGroup"] is True
    assert items[left.id]["AddedToGroupDate"] == iso(NOW)
    for user in (excluded, undone):
        page = pages[user.id]
        assert page is not None
        assert (page.story, items[user.id]["InGroup"]) == ([], False)
