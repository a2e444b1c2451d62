"""Records a run over many people, with everybody whom it is about, before anything is done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.audit.chain import append
from database.people.conditions import conditions
from database.requests.digest import OtherPeople, digest_of
from database.schema import enrolment, request, request_person
from database.upsert import insert_if_absent, parameters
from domain.bulk.records import AUDITED_AS, RequestAction
from domain.tables.audit import Actor, AuditEntry
from domain.tables.people import PeopleFilter
from domain.tables.rollout import RequestState
from domain.tables.values import Json
from domain.wording.counted import counted

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What an admin asks: ``wanted`` finds the people, or ``object_ids`` names them.

    ``confirmed`` is the digest of the people whom the admin was shown; None: whoever is found.
    """

    request_id: str
    action: RequestAction
    actor: Actor
    reason: str
    at: datetime
    selection: dict[str, Json]
    wanted: PeopleFilter | None = None
    object_ids: Collection[str] = ()
    confirmed: str | None = None


async def begin_request(connection: AsyncConnection, new: NewRequest) -> bool:
    """Record a request once, with its people and its entry in the audit log.

    Everything is in one transaction, so whoever joins the rollout later isn't among the people.
    Returns False for a request id that is there already: nothing is changed then.

    Raises:
        OtherPeople: the transaction must be rolled back; other people are found than confirmed.
    """
    values = {
        "request_id": new.request_id,
        "action": new.action.value,
        "actor": new.actor.shown_name,
        "reason": new.reason,
        "object_id": None,
        "selection": new.selection,
        "state": RequestState.PENDING,
        "report": {},
        "audit_number": None,
        "requested_at": new.at,
        "finished_at": None,
    }
    added = await connection.execute(insert_if_absent(connection.dialect.name, request), values)
    if not added.rowcount:
        return False
    await _choose(connection, new)
    people = await _count(connection, new)
    entry = AuditEntry(
        at=new.at,
        actor=new.actor,
        action=AUDITED_AS[new.action],
        reason=_with_count(new, people),
    )
    number = await append(connection, entry)
    mine = request.c.request_id == new.request_id
    await connection.execute(update(request).where(mine).values(audit_number=number))
    return True


async def add_people(
    connection: AsyncConnection, request_id: str, object_ids: Collection[str]
) -> int:
    """Add people to a request, and return how many of them are new in it."""
    statement = insert_if_absent(connection.dialect.name, request_person)
    mine = select(request_person.c.object_id).where(request_person.c.request_id == request_id)
    listed = sorted(object_ids)
    added = 0
    for begin in range(0, len(listed), _AT_ONCE):
        some = listed[begin : begin + _AT_ONCE]
        known = set(await connection.scalars(mine.where(request_person.c.object_id.in_(some))))
        new = [{"request_id": request_id, "object_id": one} for one in some if one not in known]
        if new:
            # At once: while one after the other is written, nobody else writes to SQLite.
            await connection.execute(statement, parameters(new))
        added += len(new)
    return added


async def _count(connection: AsyncConnection, new: NewRequest) -> int:
    mine = request_person.c.request_id == new.request_id
    if new.confirmed is None:
        query = select(func.count()).select_from(request_person).where(mine)
        return int((await connection.execute(query)).scalar_one())
    chosen = await connection.execute(select(request_person.c.object_id).where(mine))
    found = chosen.scalars().all()
    if digest_of(found) != new.confirmed:
        raise OtherPeople(len(found))
    return len(found)


async def _choose(connection: AsyncConnection, new: NewRequest) -> None:
    if new.wanted is not None:
        query = select(literal(new.request_id), enrolment.c.object_id)
        found = query.where(*await conditions(connection, new.wanted, now=new.at))
        columns = ["request_id", "object_id"]
        await connection.execute(insert(request_person).from_select(columns, found))
    await add_people(connection, new.request_id, new.object_ids)


def _with_count(new: NewRequest, people: int) -> str:
    batch = new.selection.get("batch_id") if new.action is RequestAction.UNDO_IMPORT else None
    whom = counted(people, "person")
    if batch is not None:
        whom += f" of batch {batch}"
    return f"{new.reason} ({whom})"
