"""The page about mails: whether they leave, from which mailboxes, and what they say."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.portal.access import VisitorOf
from api.portal.mails.samples import MAILS, NAMES, samples_of
from api.portal.services import PortalOf
from database.mail.mailbox_use import read_last_sent_at, read_lately_sent
from database.mail.senders import read_senders
from database.mail.unfinished_mails import count_being_sent
from database.rollout.control import read_control
from database.rollout.policy import read_policy
from domain.mail.languages import LANGUAGES
from domain.mail.returned.blocked_sender import remedy
from domain.tables.mail import SenderState
from domain.tables.rollout import Sender
from domain.tables.sending import LimitsInForce

router = APIRouter(include_in_schema=False)

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
    """A mailbox as the page shows it; ``place`` is its number among those configured."""

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
        """The tone of its badge."""
        return STATES[self.sender.state][1]

    @property
    def why(self) -> str:
        """What an admin has to do, where it may not send."""
        return (
            ""
            if self.sender.state is SenderState.READY
            else remedy(self.sender.reason or "").replace("*", "")
        )


@router.get(MAILS)
async def show_mails(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show the switch, the mailboxes with their budgets, and what there is to look at."""
    now = portal.pages.clock(visitor.request).now
    configured = portal.config.sender_mailboxes
    async with portal.database.reading() as connection:
        control = await read_control(connection)
        being_sent = await count_being_sent(connection, now)
        limits = await read_policy(connection)
        mailboxes = [
            Mailbox(
                sender=sender,
                budget=await _budget(connection, sender, limits, now),
                place=configured.index(sender.address) if sender.address in configured else None,
                throttled_until=_later(sender.throttled_until, now),
                last_sent_at=await read_last_sent_at(connection, sender.address),
            )
            for sender in await read_senders(connection)
        ]
    known = {one.sender.address for one in mailboxes}
    return await portal.pages.page(
        visitor,
        "mails/mails",
        title="Mails",
        section="mails",
        stop=control if control is not None and control.mail_stopped else None,
        being_sent=being_sent,
        mailboxes=mailboxes,
        unused=[one for one in configured if one not in known],
        samples=samples_of(portal.config.policy),
        names=NAMES,
        languages=LANGUAGES,
        request_id=str(uuid4()),
    )


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
