"""Strips what isn't needed any more from people who ended long ago."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import contact, enrolment, import_, import_row, sent_mail, story

# What a link needs to be answered, and what figures need: nothing that names anybody.
_KEPT = {
    "object_id",
    "run_id",
    "revision",
    "status",
    "registration",
    "in_group",
    "department",
    "batch_id",
    "source",
    "invite_sent_at",
    "registered_at",
    "registered_after",
    "ended",
    "ended_at",
    "replaced_by",
    "own_token",
    "stripped_at",
}
_EMPTY = {"search": "", "written": {}, "refused": {}}


async def strip_ended(
    connection: AsyncConnection, *, before: datetime, now: datetime, limit: int = 500
) -> int:
    """Strip people who ended before then, and return how many; call it until there are none.

    Story and mails go. The row keeps what a link needs to be answered with *Already Registered*,
    and what makes the figures of the whole rollout right.
    """
    ended = select(enrolment.c.object_id).where(
        enrolment.c.ended_at < before, enrolment.c.stripped_at.is_(None)
    )
    ids = (await connection.scalars(ended.order_by(enrolment.c.ended_at).limit(limit))).all()
    if ids:
        await connection.execute(delete(contact).where(contact.c.object_id.in_(ids)))
        await connection.execute(delete(story).where(story.c.object_id.in_(ids)))
        await connection.execute(delete(sent_mail).where(sent_mail.c.object_id.in_(ids)))
        stripped = {**_stripped(), "stripped_at": now}
        await connection.execute(
            update(enrolment).where(enrolment.c.object_id.in_(ids)).values(stripped)
        )
    return len(ids)


async def strip_imports(connection: AsyncConnection, *, before: datetime) -> int:
    """Delete the rows of imports that finished before then; what the imports were stays."""
    finished = select(import_.c.import_id).where(import_.c.finished_at < before)
    stripped = delete(import_row).where(import_row.c.import_id.in_(finished))
    return (await connection.execute(stripped)).rowcount


def _stripped() -> dict[str, object]:
    values: dict[str, object] = {}
    for column in enrolment.c:
        if column.name not in _KEPT:
            unset = None if column.nullable else _default(column.name)
            values[column.name] = _EMPTY.get(column.name, unset)
    return values


def _default(name: str) -> object:
    return False if name in {"escalated", "excluded"} else 0
