"""Appends to the audit log, and checks that nobody changed it."""

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.audit.subjects import number_of
from database.schema import audit, audit_subject
from database.types import storable
from domain.instants import microseconds
from domain.tables.audit import AuditCheck, AuditEntry, AuditHead, AuditOutcome

# Any number that no other program uses in our database.
_LOCK = 0x6D66615F61756469
_EMPTY = AuditHead(number=0, hash="0" * 64)
_AT_ONCE = 500


async def begin(connection: AsyncConnection, entry: AuditEntry) -> int:
    """Append what is about to be done, and return its number: once for each request of an actor.

    A request that is made again, while the first goes on or after that was done, has the entry of
    the first. After a failure it is an action of its own.
    """
    await _lock(connection)
    if entry.request_id is not None:
        before = await _begun(connection, entry)
        if before is not None:
            outcome = await _outcome(connection, before)
            if outcome in {None, AuditOutcome.DONE}:
                return before
    return await append(connection, entry)


async def finish(connection: AsyncConnection, outcome: AuditEntry) -> None:
    """Append how an action ended; what is known to be done stays done, and is said once."""
    await _lock(connection)
    if outcome.answers is not None:
        known = await _outcome(connection, outcome.answers)
        if known in {outcome.outcome, AuditOutcome.DONE}:
            return
    await append(connection, outcome)


async def _begun(connection: AsyncConnection, entry: AuditEntry) -> int | None:
    """Return the number of the latest entry of the same request of the same actor."""
    query = (
        select(func.max(audit.c.number))
        .select_from(audit.outerjoin(audit_subject, audit.c.subject == audit_subject.c.number))
        .where(
            audit.c.request_id == entry.request_id,
            audit.c.action == entry.action,
            audit.c.actor_id.is_not_distinct_from(entry.actor.object_id),
            audit.c.actor_name == entry.actor.name,
            audit_subject.c.object_id.is_not_distinct_from(entry.person),
            audit.c.answers.is_(None),
        )
    )
    number: int | None = (await connection.execute(query)).scalar_one()
    return number


async def _outcome(connection: AsyncConnection, number: int) -> str | None:
    query = select(audit.c.outcome).where(audit.c.answers == number)
    found = await connection.execute(query.order_by(audit.c.number.desc()).limit(1))
    return found.scalar_one_or_none()


async def _lock(connection: AsyncConnection) -> None:
    """Let others who append wait until this transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def append(connection: AsyncConnection, entry: AuditEntry) -> int:
    """Append an entry and return its number; others wait until this transaction ends."""
    await _lock(connection)
    last = await head(connection)
    number = last.number + 1
    person = entry.person
    values: dict[str, Any] = {
        "number": number,
        "at": entry.at,
        "actor_id": entry.actor.object_id,
        "actor_name": entry.actor.name,
        "actor_app": entry.actor.app,
        "actor_address": entry.actor.address,
        "action": entry.action,
        "subject": None if person is None else await number_of(connection, person, number),
        "reason": entry.reason,
        "request_id": None if entry.request_id is None else str(UUID(entry.request_id)),
        "answers": entry.answers,
        "outcome": entry.outcome,
    }
    chained = {**values, "hash": _hash(last.hash, values)}
    await connection.execute(audit.insert().values(chained))
    return number


async def head(connection: AsyncConnection) -> AuditHead:
    """Return the last number and its hash, which is logged and sent with each report."""
    query = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return _EMPTY if row is None else AuditHead(number=row.number, hash=row.hash)


async def verify(connection: AsyncConnection, known: AuditHead | None = None) -> AuditCheck:
    """Check every row against the one before, and the log against a head that was noted earlier."""
    last = _EMPTY
    while rows := await _after(connection, last.number):
        for row in rows:
            values = {name: value for name, value in row.items() if name != "hash"}
            expected = _hash(last.hash, values)
            if row["number"] != last.number + 1 or row["hash"] != expected:
                return AuditCheck(head=last, broken_at=last.number + 1)
            last = AuditHead(number=row["number"], hash=row["hash"])
            if known and known.number == last.number and known.hash != last.hash:
                return AuditCheck(head=last, broken_at=last.number)
    if known and known.number > last.number:
        return AuditCheck(head=last, broken_at=last.number + 1)
    return AuditCheck(head=last)


async def _after(connection: AsyncConnection, number: int) -> list[dict[str, Any]]:
    query = select(audit).where(audit.c.number > number).order_by(audit.c.number).limit(_AT_ONCE)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def _hash(before: str, values: dict[str, Any]) -> str:
    """Return the hash of a row: over the one before, and over every value as it is stored."""
    plain = {name: storable(v) if isinstance(v, str) else v for name, v in values.items()}
    plain["at"] = microseconds(values["at"])
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}{text}".encode()).hexdigest()
