"""The mailboxes that send: whether each may, and what was seen in it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.schema import sender, sent_mail
from database.upsert import insert_if_absent
from domain.tables.mail import ProbeOutcome, SenderState
from domain.tables.rollout import Sender


async def set_sender(
    connection: AsyncConnection,
    address: str,
    state: SenderState,
    *,
    now: datetime,
    reason: str | None = None,
) -> bool:
    """Let a mailbox send, pause it or stop it; return False when it was so already."""
    await _present(connection, address, now)
    differs = (sender.c.address == address, sender.c.state != state)
    changes = {"state": state, "since": now, "reason": reason}
    return (await connection.execute(update(sender).where(*differs).values(changes))).rowcount == 1


async def probed(
    connection: AsyncConnection, address: str, *, now: datetime, outcome: ProbeOutcome
) -> None:
    """Keep what the last probe of a mailbox showed."""
    changes = {"probed_at": now, "probe_outcome": outcome}
    await connection.execute(update(sender).where(sender.c.address == address).values(changes))


async def throttled(connection: AsyncConnection, address: str, *, until: datetime) -> None:
    """Leave a mailbox alone until then; a longer wait that was asked for before stays."""
    shorter = or_(sender.c.throttled_until.is_(None), sender.c.throttled_until < until)
    mine = update(sender).where(sender.c.address == address, shorter)
    await connection.execute(mine.values(throttled_until=until))


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


class SenderStates:
    """Whether each sender mailbox may send; each method is one transaction."""

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Use this database."""
        self._database = database
        self._clock = clock

    async def read(self, address: str) -> Sender | None:
        """Return a mailbox's row, None when it has none yet."""
        async with self._database.reading() as connection:
            return await _read(connection, address)

    async def count_others(self, address: str, *, sent: int, since: datetime) -> None:
        """Keep how many of the mails that left a mailbox since an instant weren't ours."""
        left = (sent_mail.c.sender == address, sent_mail.c.sending_at >= since)
        async with self._database.writing() as connection:
            ours = (await connection.execute(select(func.count()).where(*left))).scalar_one()
            others = max(0, sent - int(ours))
            await others_counted(connection, address, others, now=self._clock())

    async def pause(self, address: str, code: str, *, reported_at: datetime) -> None:
        """Let nothing leave a mailbox until a probe has shown whether it may send.

        A report from before the last probe that arrived changes nothing.
        """
        async with self._database.writing() as connection:
            row = await _read(connection, address)
            if row is not None and (row.is_blocked or _is_old(row, reported_at)):
                return
            now = self._clock()
            await set_sender(connection, address, SenderState.PAUSED, now=now, reason=code)

    async def throttled(self, address: str, *, wait: timedelta) -> None:
        """Let every process leave a mailbox alone for as long as it has asked for."""
        async with self._database.writing() as connection:
            now = self._clock()
            await _present(connection, address, now)
            await throttled(connection, address, until=now + wait)

    async def probing(self, address: str) -> None:
        """Say that a probe is being sent."""
        async with self._database.writing() as connection:
            await probed(connection, address, now=self._clock(), outcome=ProbeOutcome.SENT)

    async def arrived(self, address: str) -> bool:
        """Let a mailbox send again, and say whether it could not before."""
        async with self._database.writing() as connection:
            now = self._clock()
            await probed(connection, address, now=now, outcome=ProbeOutcome.ARRIVED)
            return await set_sender(connection, address, SenderState.READY, now=now)

    async def missing(self, address: str, reason: str) -> bool:
        """Stop a mailbox, and say whether it wasn't stopped before."""
        async with self._database.writing() as connection:
            now = self._clock()
            await probed(connection, address, now=now, outcome=ProbeOutcome.MISSING)
            return await set_sender(
                connection, address, SenderState.STOPPED, now=now, reason=reason
            )


def _is_old(row: Sender, reported_at: datetime) -> bool:
    arrived = row.probe_outcome is ProbeOutcome.ARRIVED
    return arrived and row.probed_at is not None and reported_at <= row.probed_at


async def _present(connection: AsyncConnection, address: str, now: datetime) -> None:
    values = {"address": address, "state": SenderState.READY, "since": now, "others_sent": 0}
    await connection.execute(insert_if_absent(connection.dialect.name, sender), values)


async def _read(connection: AsyncConnection, address: str) -> Sender | None:
    query = select(sender).where(sender.c.address == address)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else Sender(**row)
