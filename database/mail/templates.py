"""Keeps the source of every mail that was sent: it opens as it looked, after a release, too."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import template
from database.upsert import insert_if_absent
from domain.tables.mail import AnyMailKind


async def keep_template(
    connection: AsyncConnection,
    template_hash: str,
    kind: AnyMailKind,
    source: str,
    *,
    now: datetime,
) -> None:
    """Keep a source under its hash, once."""
    values = {"hash": template_hash, "kind": kind, "source": source, "first_used_at": now}
    await connection.execute(insert_if_absent(connection.dialect.name, template), values)


async def first_used_at(connection: AsyncConnection, template_hash: str) -> datetime | None:
    """Return when a mail was first made from a source; None where it isn't kept."""
    query = select(template.c.first_used_at).where(template.c.hash == template_hash)
    return (await connection.execute(query)).scalar_one_or_none()
