"""Appends to the audit log, and checks that nobody changed it."""

import hashlib
import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.audit.subjects import number_of
from database.schema import audit
from database.types import storable
from domain.instants import microseconds
from domain.tables.audit import AuditCheck, AuditEntry, AuditHead

# Any number that no other program uses in our database.
_LOCK = 0x6D66615F61756469
_EMPTY = AuditHead(number=0, hash="0" * 64)
_AT_ONCE = 500


async def append(connection: AsyncConnection, entry: AuditEntry) -> int:
    """Append an entry and return its number; others wait until this transaction ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
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
