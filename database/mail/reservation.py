"""Reserves a mail: its row, which is there before anything of it reaches Microsoft Graph."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import sender, sent_mail
from database.upsert import insert_if_absent
from domain.tables.mail import MailState, NewMail, SenderState, SentMail

FINAL = tuple(state for state in MailState if state.is_final)
_COLUMNS = tuple(sent_mail.c[one.name] for one in fields(SentMail))
_MINE = sent_mail.c.key == bindparam("mail_key")
# Not IN, which would be written anew each time.
_UNFINISHED = and_(*(sent_mail.c.state != state for state in FINAL))
_TAKE = update(sent_mail).where(_MINE, _UNFINISHED).returning(*_COLUMNS)
_READ = select(*_COLUMNS).where(_MINE)


async def reserve(
    connection: AsyncConnection, mail: NewMail, *, attempt: str, now: datetime
) -> SentMail:
    """Make a mail this attempt's and return its row, which tells how far earlier attempts came.

    From now on the steps of every other attempt are refused. The row of a mail that is finished
    stays as it is. The person's row is written in the same transaction, by ``record``: a token that
    our tables don't know is nobody's.
    """
    dialect = connection.dialect.name
    address = {"address": mail.sender, "state": SenderState.READY, "since": now, "others_sent": 0}
    await connection.execute(insert_if_absent(dialect, sender), address)
    return await _take(connection, mail, MailState.RESERVED, attempt=attempt, now=now)


async def withdraw(
    connection: AsyncConnection, mail: NewMail, *, attempt: str, now: datetime
) -> SentMail:
    """Take a mail over in order to withdraw it, and return its row.

    A mail that nobody has reserved is withdrawn at once, so that an attempt that comes late stops.
    The caller discards the draft and reports ``withdrawn``; it leaves alone what is being sent.
    """
    return await _take(connection, mail, MailState.WITHDRAWN, attempt=attempt, now=now)


def withdrawn(mail: NewMail, *, attempt: str, now: datetime) -> SentMail:
    """Return the row that a mail would have if it were withdrawn, without writing it."""
    return SentMail(
        key=mail.key,
        sender=mail.sender,
        kind=mail.kind,
        object_id=mail.object_id,
        origin=mail.origin,
        network=mail.network,
        state=MailState.WITHDRAWN,
        attempt=attempt,
        reserved_at=now,
        finished_at=now,
    )


async def unfinished(connection: AsyncConnection, keys: Collection[str]) -> set[str]:
    """Return which of these mails have a row that isn't final."""
    mine = sent_mail.c.key.in_(keys)
    query = select(sent_mail.c.key).where(mine, _UNFINISHED)
    return set((await connection.scalars(query)).all())


async def _take(
    connection: AsyncConnection, mail: NewMail, first: MailState, *, attempt: str, now: datetime
) -> SentMail:
    values: dict[str, object] = {
        "key": mail.key,
        "sender": mail.sender,
        "kind": mail.kind,
        "object_id": mail.object_id,
        "origin": mail.origin,
        "network": mail.network,
        "from_form_share": False,
        "state": first,
        "attempt": attempt,
        "reserved_at": now,
        "finished_at": now if first.is_final else None,
        "values": {},
    }
    await connection.execute(insert_if_absent(connection.dialect.name, sent_mail), values)
    mine = {"mail_key": mail.key}
    taken = await connection.execute(_TAKE, {**mine, "attempt": attempt})
    row = taken.mappings().one_or_none()
    if row is None:
        row = (await connection.execute(_READ, mine)).mappings().one()
    return SentMail(**row)
