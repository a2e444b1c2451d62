"""The mailboxes that send: whether each may, and what was seen in it."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import sender
from database.upsert import insert_if_absent
from domain.records.mail import SenderState
from domain.records.rollout import Sender


async def set_sender(
    connection: AsyncConnection,
    address: str,
    state: SenderState,
    *,
    now: datetime,
    reason: str | None = None,
) -> bool:
    """Let a mailbox send, pause it or stop it; return False when it was so already."""
    values = {"address": address, "state": SenderState.READY, "since": now, "others_sent": 0}
    await connection.execute(insert_if_absent(connection.dialect.name, sender), values)
    differs = (sender.c.address == address, sender.c.state != state)
    changes = {"state": state, "since": now, "reason": reason}
    return (await connection.execute(update(sender).where(*differs).values(changes))).rowcount == 1


async def probed(connection: AsyncConnection, address: str, *, now: datetime, outcome: str) -> None:
    """Keep what the last probe of a mailbox showed."""
    changes = {"probed_at": now, "probe_outcome": outcome}
    await connection.execute(update(sender).where(sender.c.address == address).values(changes))


async def others_counted(
    connection: AsyncConnection, address: str, sent: int, *, now: datetime
) -> None:
    """Keep how many mails others sent from a mailbox in the last day; they use its budget, too."""
    changes = {"others_sent": sent, "others_counted_at": now}
    await connection.execute(update(sender).where(sender.c.address == address).values(changes))


async def read_senders(connection: AsyncConnection) -> list[Sender]:
    """Return all mailboxes in the order of their addresses."""
    rows = (await connection.execute(select(sender).order_by(sender.c.address))).mappings()
    return [Sender(**row) for row in rows]
