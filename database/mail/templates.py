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


async def read_template(
    connection: AsyncConnection, template_hash: str
) -> tuple[str, datetime] | None:
    """Return a source, and when a mail was first made from it; None where it isn't kept."""
    query = select(template.c.source, template.c.first_used_at).where(
        template.c.hash == template_hash
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row.source, row.first_used_at)
