"""Whether all mail is stopped."""

from dataclasses import fields

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import control
from database.upsert import insert_or_replace
from domain.tables.rollout import MailControl

_ONLY = "mail"
_COLUMNS = tuple(control.c[one.name] for one in fields(MailControl))


async def set_control(connection: AsyncConnection, value: MailControl) -> None:
    """Stop or start all mail; every mail asks in the transaction that counts it."""
    values = {
        "name": _ONLY,
        "mail_stopped": value.mail_stopped,
        "since": value.since,
        "actor": value.actor,
        "reason": value.reason,
        "request_id": value.request_id,
        "untold": value.untold,
    }
    await connection.execute(insert_or_replace(connection.dialect.name, control), values)


async def told(connection: AsyncConnection, request_id: str) -> None:
    """Note that Temporal has confirmed a stop."""
    await connection.execute(
        update(control).where(control.c.untold == request_id).values(untold=None)
    )


async def read_control(
    connection: AsyncConnection, *, for_update: bool = False
) -> MailControl | None:
    """Return whether mail is stopped; None when nobody has ever said so.

    ``for_update`` keeps others from throwing the switch until the transaction ends.
    """
    query = select(*_COLUMNS).with_for_update() if for_update else select(*_COLUMNS)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else MailControl(**row)
