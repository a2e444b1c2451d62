"""Where a person stands, from our own tables alone: no workflow is asked and no worker needed."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from client.people.rollout import Rollout, read_rollout
from database.enrolments.person import read_person
from database.mail.mailbox_use import read_use
from database.people.attention import read_kinds
from domain.standing.why_not_sooner import Hold, mail_stops, why_not_sooner
from domain.tables.attention import AttentionKind, AttentionRules
from domain.tables.people import PersonPage
from domain.tables.rollout import ProcessKind
from domain.tables.sending import SendingPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStatus:
    """All that is told about a person, and why the next step doesn't happen sooner.

    ``mail_stops`` are those reasons that hold every mail of the person's mailbox.
    ``worker_seen_at`` is when a worker last reported itself; ``attention`` are all reasons for
    which an admin should look, by the rules in force.
    """

    page: PersonPage
    holds: tuple[Hold, ...]
    mail_stops: tuple[Hold, ...] = ()
    worker_seen_at: datetime | None = None
    attention: tuple[AttentionKind, ...] = ()
    attention_rules: AttentionRules = AttentionRules()  # noqa: RUF009 - it is frozen


async def read_standing(
    connection: AsyncConnection,
    object_id: str,
    policy: SendingPolicy,
    now: datetime,
    rollout: Rollout | None = None,
) -> PersonStatus | None:
    """Return where a person stands, None when nobody has this ObjectId.

    The worker's limit of a day counts, where it has told one, and not the reader's own setting.
    What holds up everybody is read where ``rollout`` doesn't say it.
    """
    page = await read_person(connection, object_id)
    if page is None:
        return None
    rollout = rollout or await read_rollout(connection, now)
    use = await read_use(connection, page.row.sender, now)
    in_force = rollout.limits
    seen_at = rollout.seen_at.get(ProcessKind.WORKER)
    holds = why_not_sooner(
        page.row,
        rollout.control,
        use,
        policy if in_force is None else replace(policy, per_day=in_force.per_day),
        now,
        worker_seen_at=seen_at,
    )
    stops = tuple(mail_stops(rollout.control, use))
    at = rollout.attention_at(now)
    return PersonStatus(
        page=page,
        holds=holds,
        mail_stops=stops,
        worker_seen_at=seen_at,
        attention=await read_kinds(connection, object_id, at),
        attention_rules=at.rules,
    )
