"""The sender mailboxes: whether each may send, and what is left of its budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from database.mail.mailbox_use import read_last_sent_at, read_lately_sent
from database.mail.senders import read_senders
from database.rollout.policy import read_policy
from domain.mail.returned.blocked_sender import remedy
from domain.tables.mail import SenderState
from domain.tables.rollout import Sender
from domain.tables.sending import LimitsInForce

STATES = {
    SenderState.READY: ("may send", "good"),
    SenderState.PAUSED: ("paused until a probe arrives", "busy"),
    SenderState.STOPPED: ("may not send", "bad"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How many mails a mailbox may still send within a minute, an hour and 24 hours.

    ``limits`` are those of the worker; None before one has run, and then nothing is left out.
    """

    limits: LimitsInForce
    minute: int
    hour: int
    day: int

    @property
    def left(self) -> list[tuple[str, int, int]]:
        """Return for each span how many are left, and of how many."""
        limits = self.limits
        spans = (
            ("minute", max(1, int(limits.per_minute)), self.minute),
            ("hour", limits.per_hour, self.hour),
            ("24 hours", limits.per_day, self.day),
        )
        return [(name, max(0, limit - used), limit) for name, limit, used in spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox that was used; ``place`` is its number among those configured."""

    sender: Sender
    budget: Budget | None
    place: int | None
    throttled_until: datetime | None
    last_sent_at: datetime | None

    @property
    def state(self) -> str:
        """Whether it may send, in words."""
        return STATES[self.sender.state][0]

    @property
    def tone(self) -> str:
        """How good that is, by which a page chooses a colour."""
        return STATES[self.sender.state][1]

    @property
    def why(self) -> str:
        """What an admin has to do, where it may not send."""
        if self.sender.state is SenderState.READY:
            return ""
        return remedy(self.sender.reason or "")


async def read_mailboxes(
    connection: AsyncConnection, configured: Sequence[str], now: datetime
) -> list[Mailbox]:
    """Return all mailboxes that were used."""
    limits = await read_policy(connection)
    return [
        Mailbox(
            sender=sender,
            budget=await _budget(connection, sender, limits, now),
            place=configured.index(sender.address) if sender.address in configured else None,
            throttled_until=_later(sender.throttled_until, now),
            last_sent_at=await read_last_sent_at(connection, sender.address),
        )
        for sender in await read_senders(connection)
    ]


async def _budget(
    connection: AsyncConnection, sender: Sender, limits: LimitsInForce | None, now: datetime
) -> Budget | None:
    if limits is None:
        return None
    minute, hour, day = await read_lately_sent(connection, sender.address, now)
    # Mails that others sent from the mailbox count for the day, too.
    return Budget(limits=limits, minute=minute, hour=hour, day=day + sender.others_sent)


def _later(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at > now else None
