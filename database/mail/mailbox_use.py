"""Counts what a mailbox has sent lately, for people who look; the budgets count for themselves."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import enrolment, sender, sent_mail
from domain.tables.rollout import Sender
from domain.tables.sending import MailboxUse

DAY = timedelta(hours=24)
_WINDOWS = (timedelta(minutes=1), timedelta(hours=1), DAY)


async def read_use(connection: AsyncConnection, address: str | None, now: datetime) -> MailboxUse:
    """Return a mailbox's state and how many mails left it in the last 24 hours."""
    if address is None:
        return MailboxUse()
    found = select(sender).where(sender.c.address == address)
    row = (await connection.execute(found)).mappings().one_or_none()
    mailbox = None if row is None else Sender(**row)
    sent = select(func.count()).where(
        sent_mail.c.sender == address, sent_mail.c.sending_at > now - DAY
    )
    ours = int((await connection.execute(sent)).scalar_one())
    return MailboxUse(sender=mailbox, last_day=ours + (mailbox.others_sent if mailbox else 0))


async def read_lately_sent(
    connection: AsyncConnection, address: str, now: datetime
) -> tuple[int, int, int]:
    """Return how many of our mails left a mailbox in the last minute, hour and 24 hours."""
    counts = [func.count().filter(sent_mail.c.sending_at > now - window) for window in _WINDOWS]
    query = select(*counts).where(sent_mail.c.sender == address, sent_mail.c.sending_at > now - DAY)
    minute, hour, day = map(int, (await connection.execute(query)).one())
    return minute, hour, day


async def read_last_sent_at(connection: AsyncConnection, address: str) -> datetime | None:
    """Return when the last mail of ours left a mailbox, None where none has."""
    query = select(func.max(sent_mail.c.sending_at)).where(sent_mail.c.sender == address)
    last: datetime | None = await connection.scalar(query)
    return last


async def count_left_behind(
    connection: AsyncConnection, senders: Collection[str]
) -> dict[str | None, int]:
    """Return how many people on the way are mailed by which mailbox that is none of these.

    None for one whose address isn't known any more.
    """
    gone = or_(enrolment.c.sender.is_(None), enrolment.c.sender.not_in(senders))
    query = select(enrolment.c.sender, func.count()).where(enrolment.c.ended.is_(None), gone)
    rows = await connection.execute(query.group_by(enrolment.c.sender))
    return {address: int(count) for address, count in rows}
