"""An undo of an import, and what becomes of its people."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from activities.bulk.turns import Turns
from activities.bulk.undo_import import UndoActivities, UndoClients
from database.requests.begin import NewRequest, begin_request
from database.requests.read import read_requested
from database.requests.requests import Requests
from domain.bulk.records import BulkInput, RequestAction
from domain.status import InviteStatus
from domain.tables.audit import Actor
from domain.tables.people import PeopleFilter
from graph.groups import EnforcementGroup
from simulated_tenant.directory.users import User
from tests.activities.stage import Stage
from tests.database.values import NOW, person, put

# However busy the machine is, an enrolment answers and ends within it.
PATIENCE = timedelta(minutes=10)

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


async def begun(stage: Stage, batch_id: str = "wrong") -> BulkInput:
    """Record the request as an admin makes it, and return what its steps are given."""
    new = NewRequest(
        request_id=str(uuid4()),
        action=RequestAction.UNDO_IMPORT,
        actor=Actor(name="grace"),
        reason="the wrong file",
        at=NOW,
        selection={"batch_id": batch_id},
        wanted=PeopleFilter(batch_id=batch_id),
    )
    async with stage.database.writing() as connection:
        await begin_request(connection, new)
    return BulkInput(
        request_id=new.request_id,
        action=new.action,
        actor="grace",
        reason=new.reason,
        batch_id=batch_id,
    )


async def told(stage: Stage, given: BulkInput) -> dict[str, tuple[str | None, str | None]]:
    """Return the outcomes, by ObjectId."""
    async with stage.database.reading() as connection:
        found = await read_requested(connection, given.request_id)
    return {one.object_id: (one.outcome, one.reason) for one in found}
