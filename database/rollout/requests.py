"""Commands that were recorded: what was asked, and what came of it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import request
from database.upsert import insert_if_absent
from domain.records.rollout import RecordedRequest, RequestState


async def record_request(connection: AsyncConnection, value: RecordedRequest) -> None:
    """Record a command before it is carried out, once by its id."""
    await connection.execute(insert_if_absent(connection.dialect.name, request), asdict(value))


async def report_request(
    connection: AsyncConnection,
    request_id: str,
    state: RequestState,
    report: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Say how far a command has come; a pending one may report its progress."""
    finished_at = None if state is RequestState.PENDING else now
    changes = {"state": state, "report": report, "finished_at": finished_at}
    await connection.execute(
        update(request).where(request.c.request_id == request_id).values(changes)
    )


async def read_request(connection: AsyncConnection, request_id: str) -> RecordedRequest | None:
    """Return a recorded command, None when there is none by this id."""
    query = select(request).where(request.c.request_id == request_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else RecordedRequest(**row)


async def pending_requests(
    connection: AsyncConnection, *, object_id: str | None = None
) -> list[RecordedRequest]:
    """Return the commands that aren't carried out yet, the oldest first."""
    query = select(request).where(request.c.state == RequestState.PENDING)
    if object_id is not None:
        query = query.where(request.c.object_id == object_id)
    rows = (await connection.execute(query.order_by(request.c.requested_at))).mappings()
    return [RecordedRequest(**row) for row in rows]
