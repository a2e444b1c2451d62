"""Reads the audit log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import audit, audit_subject
from domain.tables.audit import Actor, AuditEntry, AuditOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are wanted; what is None isn't asked for.

    ``actor_name`` is the name of somebody who didn't sign in. With ``only_begun`` the outcomes,
    which are entries of their own, are left out.
    """

    person: str | None = None
    actor_id: str | None = None
    actor_name: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    only_begun: bool = False


async def read_entries(
    connection: AsyncConnection,
    wanted: AuditFilter | None = None,
    *,
    before: int | None = None,
    limit: int = 100,
) -> dict[int, AuditEntry]:
    """Return entries by number, the latest first, below ``before`` for the next page."""
    wanted = wanted or AuditFilter()
    query = select(audit, audit_subject.c.object_id.label("person")).select_from(
        audit.outerjoin(audit_subject, audit.c.subject == audit_subject.c.number)
    )
    for column, value in (
        (audit_subject.c.object_id, wanted.person),
        (audit.c.actor_id, wanted.actor_id),
        (audit.c.action, wanted.action),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.actor_name is not None:
        query = query.where(audit.c.actor_id.is_(None), audit.c.actor_name == wanted.actor_name)
    if wanted.only_begun:
        query = query.where(audit.c.answers.is_(None))
    if wanted.since is not None:
        query = query.where(audit.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(audit.c.at < wanted.until)
    if before is not None:
        query = query.where(audit.c.number < before)
    rows = await connection.execute(query.order_by(audit.c.number.desc()).limit(limit))
    return {row.number: _entry(row) for row in rows}


async def read_outcomes(
    connection: AsyncConnection, numbers: Collection[int]
) -> dict[int, AuditEntry]:
    """Return how these actions ended, by their numbers; none for those that haven't."""
    query = select(audit, null().label("person")).where(audit.c.answers.in_(numbers))
    rows = await connection.execute(query.order_by(audit.c.number))
    return {row.answers: _entry(row) for row in rows}


async def was_done(connection: AsyncConnection, action: str, request_id: str) -> bool:
    """Say whether an action that was asked for under this id is known to be done."""
    answer = audit.alias()
    query = (
        select(audit.c.number)
        .join(answer, answer.c.answers == audit.c.number)
        .where(
            audit.c.request_id == request_id,
            audit.c.action == action,
            answer.c.outcome == AuditOutcome.DONE,
        )
    )
    return (await connection.execute(query.limit(1))).first() is not None


def _entry(row: Row[tuple[object, ...]]) -> AuditEntry:
    return AuditEntry(
        at=row.at,
        actor=Actor(
            name=row.actor_name,
            object_id=row.actor_id,
            app=row.actor_app,
            address=row.actor_address,
        ),
        action=row.action,
        person=row.person,
        reason=row.reason,
        request_id=row.request_id,
        answers=row.answers,
        outcome=row.outcome,
    )
