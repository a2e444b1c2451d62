"""Who has acted."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import audit


async def read_actor_names(connection: AsyncConnection) -> dict[str, str]:
    """Return by ObjectId the name under which somebody who signed in has acted last."""
    latest = select(func.max(audit.c.number)).where(audit.c.actor_id.is_not(None))
    query = select(audit.c.actor_id, audit.c.actor_name).where(
        audit.c.number.in_(latest.group_by(audit.c.actor_id))
    )
    return {str(row.actor_id): str(row.actor_name) for row in await connection.execute(query)}


async def read_unverified_names(connection: AsyncConnection) -> list[str]:
    """Return the names of those who have acted without signing in."""
    query = select(audit.c.actor_name).where(audit.c.actor_id.is_(None)).distinct()
    return sorted((await connection.scalars(query)).all())
