"""Erases one person from all tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Text, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.audit import subjects
from database.imports.uploads import forget_uploads
from database.schema import (
    contact,
    enrolment,
    held_click,
    import_row,
    older_token,
    request,
    request_person,
    sent_mail,
    story,
    webhook_delivery,
)
from database.search_text import ESCAPE
from database.tombstones import Tombstones
from domain.instants import microseconds

# As long as a mail counts for a budget.
_COUNTED = timedelta(days=2)
_NOBODY = "00000000-0000-0000-0000-000000000000"


async def erase(
    connection: AsyncConnection,
    object_id: str,
    upns: Sequence[str] = (),
    *,
    now: datetime,
    tombstones: Tombstones,
) -> dict[str, int]:
    """Erase a person and return how many rows of each table are gone or made nameless.

    The person's workflow has ended before. A tombstone makes late writes do nothing; it may be put
    again, after a backup was restored. The audit log keeps its rows and forgets who they are about.
    Mails of the last two days stay as nameless counts, or a mailbox would exceed its limits.
    """
    await tombstones.lock(connection, [object_id])
    query = select(enrolment.c.revision, enrolment.c.upn, enrolment.c.mail)
    row = (await connection.execute(query.where(enrolment.c.object_id == object_id))).one_or_none()
    before = (await tombstones.read(connection, [object_id])).values()
    revision = max(microseconds(now), row.revision if row else 0, *before)
    await tombstones.put(connection, object_id, revision, now)
    names = [name for name in (row.upn, row.mail) if name] if row else []
    names = list(dict.fromkeys((*names, *upns)))
    await _forget_successor(connection, object_id)
    return {
        "audit_subject": int(await subjects.forget(connection, object_id)),
        "sent_mail": await _erase_mails(connection, object_id, now),
        "import_row": await _erase_rows(connection, object_id, names),
        "request": await _erase_requests(connection, object_id),
        # Whom an upload names isn't known before it is imported, and it can be sent again.
        "upload": await forget_uploads(connection),
        **{
            table.name: (
                await connection.execute(delete(table).where(table.c.object_id == object_id))
            ).rowcount
            # The row comes first: who writes beside it waits, and then finds nobody.
            for table in (
                *(contact, enrolment),
                *(story, older_token, held_click, request_person, webhook_delivery),
            )
        },
    }


async def _erase_mails(connection: AsyncConnection, object_id: str, now: datetime) -> int:
    mine = sent_mail.c.object_id == object_id
    counted = sent_mail.c.sending_at > now - _COUNTED
    keys = (await connection.scalars(select(sent_mail.c.key).where(mine, counted))).all()
    nameless: dict[str, object] = {
        "object_id": _NOBODY,
        "values": {},
        "draft_id": None,
        "network": None,
    }
    for key in keys:
        changes = {**nameless, "key": f"erased/{uuid4()}"}
        await connection.execute(update(sent_mail).where(sent_mail.c.key == key).values(changes))
    return len(keys) + (await connection.execute(delete(sent_mail).where(mine))).rowcount


async def _erase_rows(connection: AsyncConnection, object_id: str, names: list[str]) -> int:
    """Erase rows of files that became this person, name them, or suggested them."""
    mine = [import_row.c.object_id == object_id]
    for name in names:
        mine.append(func.lower(import_row.c.value) == name.lower())
        suggested = cast(import_row.c.candidates, Text)
        mine.append(suggested.contains(name, autoescape=True, escape=ESCAPE))
    return (await connection.execute(delete(import_row).where(or_(*mine)))).rowcount


async def _forget_successor(connection: AsyncConnection, object_id: str) -> None:
    """Forget of others that the person has their name now."""
    theirs = enrolment.c.replaced_by == object_id
    await connection.execute(update(enrolment).where(theirs).values(replaced_by=None))


async def _erase_requests(connection: AsyncConnection, object_id: str) -> int:
    """Keep that something was asked, and forget about whom."""
    nameless: dict[str, object] = {"object_id": None, "selection": {}, "report": {}, "reason": None}
    changed = update(request).where(request.c.object_id == object_id).values(nameless)
    return (await connection.execute(changed)).rowcount
