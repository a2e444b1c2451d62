"""Where a person stands, from our own tables alone: no workflow is asked and no worker needed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from database.enrolments.person import read_person
from database.mail.use import read_use
from database.rollout.control import read_control
from database.rollout.processes import read_processes
from domain.records.people import PersonPage
from domain.records.rollout import MailControl, ProcessKind
from domain.records.sending import SendingPolicy
from domain.standing.why_not_sooner import WORKER_MISSING_AFTER, Hold, mail_stops, why_not_sooner

_LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that is told about a person, and why the next step doesn't happen sooner.

    ``mail_stops`` are those reasons that hold every mail of the person's mailbox.
    """

    page: PersonPage
    holds: tuple[Hold, ...]
    mail_stops: tuple[Hold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """What holds for everybody: whether mail is stopped, and when a worker was last seen."""

    control: MailControl | None
    worker_seen_at: datetime | None
    is_worker_missing: bool


async def read_rollout(connection: AsyncConnection, now: datetime) -> Rollout:
    """Return whether mail is stopped, and whether a worker runs."""
    processes = await read_processes(connection, since=now - _LOOK_BACK)
    seen = [one.last_seen_at for one in processes if one.kind is ProcessKind.WORKER]
    seen_at = max(seen, default=None)
    return Rollout(
        control=await read_control(connection),
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
    use = await read_use(connection, page.row.sender, now)
    holds = why_not_sooner(
        page.row, rollout.control, use, policy, now, worker_seen_at=rollout.worker_seen_at
    )
    stops = tuple(mail_stops(rollout.control, use))
    return Standing(page=page, holds=holds, mail_stops=stops)
