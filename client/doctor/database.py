"""Our own database: whether it is there, and what it says of the rollout as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from client.people.rollout import Rollout, read_rollout
from database.engine import Database
from database.errors import DatabaseUnavailable, SchemaOutdated
from database.mail.link_keys import count_by_link_key
from database.mail.mailbox_use import count_left_behind, read_use
from database.rollout.policy import read_policy
from database.rollout.processes import read_processes
from database.schema_version import check
from domain.demo_calendar import DemoCalendar
from domain.doctor.checks import Check, Fault, Finding, Good, after, found
from domain.tables.rollout import ProcessKind
from domain.tables.sending import LimitsInForce, MailboxUse
from domain.wording.counted import counted
from domain.wording.sentence import sentence

# An API reports itself every half minute.
API_SEEN_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """What other looks need of the database.

    ``instances`` are the ids of the APIs that run, ``uses`` what each sender has sent,
    ``link_keys`` how many people hold links of which key, ``left_behind`` how many people are
    mailed by which mailbox that ``SENDER_MAILBOXES`` doesn't name any more. In a demo its
    ``calendar`` names days.
    """

    rollout: Rollout
    instances: frozenset[str]
    uses: Mapping[str, MailboxUse]
    limits: LimitsInForce | None
    link_keys: Mapping[str, int]
    left_behind: Mapping[str | None, int]
    calendar: DemoCalendar | None = None

    def when(self, at: datetime) -> str:
        """Return an instant as a line tells it."""
        return f"{at:%d %b %Y %H:%M} UTC" if self.calendar is None else self.calendar.text(at, UTC)


async def read_facts(
    database: Database,
    senders: tuple[str, ...],
    *,
    now: datetime,
    calendar: DemoCalendar | None = None,
) -> DatabaseFacts:
    """Read what the database says.

    Raises:
        SchemaOutdated: it has no tables, or older ones.
        DatabaseUnavailable: it can't be read.
    """
    await check(database)
    async with database.reading() as connection:
        processes = await read_processes(connection, since=now - API_SEEN_WITHIN)
        return DatabaseFacts(
            rollout=await read_rollout(connection, now),
            instances=frozenset(one.process_id for one in processes if one.kind is ProcessKind.API),
            uses={one: await read_use(connection, one, now) for one in senders},
            limits=await read_policy(connection),
            link_keys=await count_by_link_key(connection),
            left_behind=await count_left_behind(connection, senders) if senders else {},
            calendar=calendar,
        )


def judge_facts(facts: DatabaseFacts) -> list[Finding]:
    """Return the lines of the database, of mailboxes taken away, and of the switch of all mail."""
    rollout, control = facts.rollout, facts.rollout.control
    if rollout.rebuild_since is not None:
        since = facts.when(rollout.rebuild_since)
        tables = found(Check.DATABASE, Fault.REBUILD, since=since)
    else:
        tables = found(Check.DATABASE, Good.DATABASE)
    lines = [tables]
    for address, count in facts.left_behind.items():
        lines.append(
            found(
                Check.SENDER, Fault.SENDER_REMOVED, address or "", people=counted(count, "person")
            )
        )
    if control is None or not control.mail_stopped:
        return [*lines, found(Check.MAIL_SWITCH, Good.MAIL_LEAVES)]
    told = {
        "actor": control.actor or "somebody",
        "reason": sentence(control.reason or "no reason given"),
    }
    since = facts.when(control.since)
    return [*lines, found(Check.MAIL_SWITCH, Fault.MAIL_STOPPED, since=since, **told)]


def judge_failure(failure: SchemaOutdated | DatabaseUnavailable) -> list[Finding]:
    """Return the lines of a database that can't be read."""
    outdated = isinstance(failure, SchemaOutdated)
    fault = Fault.SCHEMA if outdated else Fault.DATABASE_AWAY
    return [
        found(Check.DATABASE, fault, sentence=failure),
        after(Check.MAIL_SWITCH, Check.DATABASE),
        after(Check.LINKS, Check.DATABASE),
    ]
