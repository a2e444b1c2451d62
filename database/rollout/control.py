"""Whether all mail is stopped."""

from dataclasses import fields

from sqlalchemy import select
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
    }
    await connection.execute(insert_or_replace(connection.dialect.name, control), values)


async def read_control(connection: AsyncConnection) -> MailControl | None:
    """Return whether mail is stopped; None when nobody has ever said so."""
    row = (await connection.execute(select(*_COLUMNS))).mappings().one_or_none()
    return None if row is None else MailControl(**row)
