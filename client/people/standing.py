"""Where a person stands, from our own tables alone: no workflow is asked and no worker needed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from database.enrolments.person import read_person
from database.mail.senders import read_senders
from database.mail.use import read_use
from database.rollout.control import read_control
from database.rollout.processes import read_processes
from domain.records.mail import SenderState
from domain.records.people import PersonPage
from domain.records.rollout import MailControl, ProcessKind, Sender
from domain.records.sending import SendingPolicy
from domain.standing.why_not_sooner import WORKER_MISSING_AFTER, Hold, why_not_sooner

_LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that is told about a person, and why the next step doesn't happen sooner."""

    page: PersonPage
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """What holds for everybody.

    Attributes:
        control: whether mail is stopped; None when nobody has ever stopped it.
        blocked: the sender mailboxes that may not send.
        worker_seen_at: when a worker was last seen.
        is_worker_missing: whether none runs.
    """

    control: MailControl | None
    blocked: tuple[Sender, ...]
    worker_seen_at: datetime | None
    is_worker_missing: bool


async def read_rollout(connection: AsyncConnection, now: datetime) -> Rollout:
    """Return whether mail is stopped, which mailboxes may not send, and whether a worker runs."""
    processes = await read_processes(connection, since=now - _LOOK_BACK)
    seen = [one.last_seen_at for one in processes if one.kind is ProcessKind.WORKER]
    seen_at = max(seen, default=None)
    return Rollout(
        control=await read_control(connection),
        blocked=tuple(
            one for one in await read_senders(connection) if one.state is not SenderState.READY
        ),
        worker_seen_at=seen_at,
        is_worker_missing=seen_at is None or now - seen_at > WORKER_MISSING_AFTER,
    )


async def read_standing(
    connection: AsyncConnection, object_id: str, policy: SendingPolicy, now: datetime
) -> Standing | None:
    """Return where a person stands, None when nobody has this ObjectId."""
    page = await read_person(connection, object_id)
    if page is None:
        return None
    rollout = await read_rollout(connection, now)
    holds = why_not_sooner(
        page.row,
        rollout.control,
        await read_use(connection, page.row.sender, now),
        policy,
        now,
        worker_seen_at=rollout.worker_seen_at,
    )
    return Standing(page=page, holds=holds)
