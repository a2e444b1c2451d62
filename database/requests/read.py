"""Reads requests about many people, and what became of each person."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import enrolment, request, request_person
from domain.bulk.records import OutcomeCount, PersonOutcome, RequestedPerson, RequestRecord
from domain.tables.rollout import RequestState

_P = request_person.c


async def read_request(connection: AsyncConnection, request_id: str) -> RequestRecord | None:
    """Return one request with its counts, None when there is none by this id."""
    query = select(request).where(request.c.request_id == request_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    counts = await _counts(connection, [request_id])
    return _record(row, counts.get(request_id, []))


async def read_requests(connection: AsyncConnection, *, limit: int = 50) -> list[RequestRecord]:
    """Return requests with their counts, the latest first."""
    query = select(request).order_by(request.c.requested_at.desc()).limit(limit)
    rows = (await connection.execute(query.where(request.c.object_id.is_(None)))).all()
    counts = await _counts(connection, [row.request_id for row in rows])
    return [_record(row, counts.get(row.request_id, [])) for row in rows]


async def read_unfinished(connection: AsyncConnection, *, before: datetime) -> list[str]:
    """Return the ids of requests that were made before an instant and haven't ended."""
    query = select(request.c.request_id).where(
        request.c.state.in_((RequestState.PENDING, RequestState.RUNNING)),
        request.c.requested_at < before,
        request.c.object_id.is_(None),
    )
    return list((await connection.scalars(query.order_by(request.c.requested_at))).all())


async def read_requested(
    connection: AsyncConnection,
    request_id: str,
    *,
    outcomes: Collection[PersonOutcome] = (),
    after: str | None = None,
    limit: int = 100,
) -> list[RequestedPerson]:
    """Return people of a request by ObjectId, after one for the next page."""
    query = (
        select(_P.object_id, enrolment.c.upn, _P.outcome, _P.reason)
        .select_from(request_person.outerjoin(enrolment, enrolment.c.object_id == _P.object_id))
        .where(_P.request_id == request_id)
    )
    if outcomes:
        query = query.where(_P.outcome.in_(outcomes))
    if after is not None:
        query = query.where(_P.object_id > after)
    rows = await connection.execute(query.order_by(_P.object_id).limit(limit))
    return [RequestedPerson(**row) for row in rows.mappings()]


async def _counts(
    connection: AsyncConnection, request_ids: Collection[str]
) -> dict[str, list[OutcomeCount]]:
    query = (
        select(_P.request_id, _P.outcome, _P.reason, func.count().label("people"))
        .where(_P.request_id.in_(request_ids))
        .group_by(_P.request_id, _P.outcome, _P.reason)
        .order_by(_P.outcome, func.count().desc())
    )
    found: dict[str, list[OutcomeCount]] = {}
    for row in await connection.execute(query):
        one = OutcomeCount(outcome=row.outcome, reason=row.reason, people=row.people)
        found.setdefault(row.request_id, []).append(one)
    return found


def _record(row: Row[Any], counts: list[OutcomeCount]) -> RequestRecord:
    return RequestRecord(
        request_id=row.request_id,
        action=row.action,
        actor=row.actor,
        reason=row.reason,
        selection=row.selection,
        state=row.state,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        counts=counts,
    )
