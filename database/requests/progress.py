"""Writes what became of the people of a request, and how the request ended."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.audit.chain import append
from database.schema import audit, request, request_person
from domain.bulk.records import Outcome, PersonOutcome
from domain.tables.audit import Actor, AuditEntry, AuditOutcome
from domain.tables.rollout import RequestState

_P = request_person.c
_OUTCOMES = {
    RequestState.DONE: AuditOutcome.DONE,
    RequestState.STOPPED: AuditOutcome.INTERRUPTED,
    RequestState.FAILED: AuditOutcome.FAILED,
}


async def waiting_people(connection: AsyncConnection, request_id: str, limit: int) -> list[str]:
    """Return some people of a request who have no outcome yet, in a fixed order."""
    query = select(_P.object_id).where(_P.request_id == request_id, _P.outcome.is_(None))
    return list((await connection.scalars(query.order_by(_P.object_id).limit(limit))).all())


async def note_outcomes(
    connection: AsyncConnection, request_id: str, outcomes: Mapping[str, Outcome], now: datetime
) -> None:
    """Record what became of people, by ObjectId."""
    for object_id, one in outcomes.items():
        mine = (_P.request_id == request_id, _P.object_id == object_id)
        values = {"outcome": one.outcome, "reason": one.reason, "at": now}
        await connection.execute(update(request_person).where(*mine).values(values))


async def set_state(connection: AsyncConnection, request_id: str, state: RequestState) -> bool:
    """Say how far a request is; one that has ended stays so, and the answer is False."""
    mine = (request.c.request_id == request_id, request.c.finished_at.is_(None))
    changed = update(request).where(*mine).values(state=state)
    return bool((await connection.execute(changed)).rowcount)


async def try_again(connection: AsyncConnection, request_id: str) -> int:
    """Let people wait again who weren't reached; return how many they are."""
    mine = (_P.request_id == request_id, _P.outcome == PersonOutcome.NOT_REACHED)
    changed = update(request_person).where(*mine).values(outcome=None, reason=None, at=None)
    return (await connection.execute(changed)).rowcount


async def finish_request(
    connection: AsyncConnection, request_id: str, state: RequestState, now: datetime
) -> None:
    """Record how a request ended, with the answer to its entry in the audit log; once.

    People whose turn never came are told as stopped.
    """
    mine = (_P.request_id == request_id, _P.outcome.is_(None))
    left = update(request_person).where(*mine)
    await connection.execute(left.values(outcome=PersonOutcome.STOPPED, at=now))
    unfinished = (request.c.request_id == request_id, request.c.finished_at.is_(None))
    changed = update(request).where(*unfinished).values(state=state, finished_at=now)
    if not (await connection.execute(changed)).rowcount:
        return
    query = select(audit).join(request, request.c.audit_number == audit.c.number)
    row = (await connection.execute(query.where(request.c.request_id == request_id))).one_or_none()
    if row is not None:
        await append(connection, _answer(row, state, now))


def _answer(row: Row[tuple[object, ...]], state: RequestState, now: datetime) -> AuditEntry:
    return AuditEntry(
        at=now,
        actor=Actor(
            name=row.actor_name,
            object_id=row.actor_id,
            app=row.actor_app,
            address=row.actor_address,
        ),
        action=row.action,
        answers=row.number,
        outcome=_OUTCOMES[state],
    )
