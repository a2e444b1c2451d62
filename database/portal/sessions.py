"""The portal's sessions: opened by a sign-in, ended by a sign-out, a lost role, or in time."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import session as table
from domain.portal.roles import Role
from domain.portal.session import Session

_ROLES = frozenset(Role)
# As they are.
_KEPT = frozenset(Session.__slots__) - {"roles", "has_notices"}


async def open_session(connection: AsyncConnection, session: Session) -> None:
    """Keep a new session, and delete those that have expired.

    The other sessions of the same person get the roles that they have now.
    """
    await connection.execute(delete(table).where(table.c.expires_at <= session.created_at))
    mine = update(table).where(table.c.actor_id == session.actor_id)
    await connection.execute(mine.values(roles=sorted(session.roles)))
    await connection.execute(table.insert().values(**_values(session), notices=[]))


async def read_session(
    connection: AsyncConnection, id_hash: str, *, now: datetime
) -> Session | None:
    """Return the session whose id has this hash, None where it has ended or never began."""
    query = select(table).where(table.c.id_hash == id_hash, table.c.expires_at > now)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    return Session(
        **{name: row[name] for name in _KEPT},
        roles=frozenset(map(Role, _ROLES.intersection(row["roles"]))),
        has_notices=bool(row["notices"]),
    )


async def close_session(connection: AsyncConnection, id_hash: str) -> None:
    """End one session."""
    await connection.execute(delete(table).where(table.c.id_hash == id_hash))


async def close_sessions_of(connection: AsyncConnection, actor_id: str) -> None:
    """End every session of somebody who has no role any more."""
    await connection.execute(delete(table).where(table.c.actor_id == actor_id))


async def add_notice(connection: AsyncConnection, id_hash: str, kind: str, text: str) -> None:
    """Keep a notice until the next page is shown, which tells it once."""
    kept, notice = await _notices(connection, id_hash), {"kind": kind, "text": text}
    if notice not in kept:
        await _keep(connection, id_hash, [*kept, notice])


async def take_notices(connection: AsyncConnection, id_hash: str) -> list[dict[str, str]]:
    """Return the notices that wait to be shown, and forget them."""
    kept = await _notices(connection, id_hash)
    if kept:
        await _keep(connection, id_hash, [])
    return list(kept)


async def _notices(connection: AsyncConnection, id_hash: str) -> Collection[dict[str, str]]:
    query = select(table.c.notices).where(table.c.id_hash == id_hash)
    return (await connection.execute(query)).scalar_one_or_none() or ()


async def _keep(connection: AsyncConnection, id_hash: str, notices: list[dict[str, str]]) -> None:
    mine = update(table).where(table.c.id_hash == id_hash)
    await connection.execute(mine.values(notices=notices))


def _values(session: Session) -> dict[str, Any]:
    values = {name: getattr(session, name) for name in _KEPT}
    return values | {"roles": sorted(session.roles)}
