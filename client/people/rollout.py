"""What holds for everybody: stopped mail, processes that are missing, tables that are wrong."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from database.mail.senders import read_senders
from database.people.attention import AttentionAt, rules_of
from database.rollout.control import read_control
from database.rollout.marks import marked_complete_at, read_passes
from database.rollout.policy import read_policy, read_worker_settings
from database.rollout.processes import read_processes
from domain.doctor.checks import Finding, reported_fault
from domain.instants import EPOCH
from domain.standing.why_not_sooner import WORKER_MISSING_AFTER
from domain.tables.attention import AttentionRules
from domain.tables.rollout import MailControl, ProcessKind, Sender
from domain.tables.sending import LimitsInForce
from domain.tracking_list.reconciliation import REPORTED_AS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """What holds up everybody.

    Attributes:
        control: whether mail is stopped; None when nobody has ever stopped it.
        seen_at: when a process of each kind was last seen; none of which none has run yet.
        missing: the kinds of which none runs.
        rebuild_since: when a reconcile found that list and tables differ too much, unless they
            were rebuilt since.
        blocked: the sender mailboxes that may not send.
        faults: what running workers have found wrong.
        rehearsal: whether all mails go to one mailbox, by the worker's settings.
        attention_rules: when somebody has waited so long that an admin should look.
        limits: of the mailboxes, as the worker has told them; None before it has run.
    """

    control: MailControl | None
    seen_at: dict[ProcessKind, datetime]
    missing: frozenset[ProcessKind]
    rebuild_since: datetime | None
    blocked: tuple[Sender, ...]
    faults: tuple[Finding, ...] = ()
    rehearsal: bool = False
    attention_rules: AttentionRules = AttentionRules()  # noqa: RUF009 - it is frozen
    limits: LimitsInForce | None = None

    def attention_at(self, now: datetime) -> AttentionAt:
        """Return what decides at an instant who needs attention."""
        stopped = self.control is not None and self.control.mail_stopped
        return AttentionAt(now=now, rules=self.attention_rules, mail_stopped=stopped)


async def read_rollout(connection: AsyncConnection, now: datetime) -> Rollout:
    """Return what holds up everybody at ``now``."""
    seen_at: dict[ProcessKind, datetime] = {}
    faults: dict[tuple[str, str], Finding] = {}
    for process in await read_processes(connection, since=EPOCH):
        if now - process.last_seen_at <= WORKER_MISSING_AFTER:
            for kept in process.findings:
                if fault := reported_fault(kept):
                    faults[fault.check, fault.about] = fault
        latest = seen_at.get(process.kind, process.last_seen_at)
        seen_at[process.kind] = max(latest, process.last_seen_at)
    worker = await read_worker_settings(connection)
    return Rollout(
        control=await read_control(connection),
        seen_at=seen_at,
        missing=frozenset(
            kind
            for kind in ProcessKind
            if kind not in seen_at or now - seen_at[kind] > WORKER_MISSING_AFTER
        ),
        rebuild_since=await _rebuild_since(connection),
        blocked=tuple(one for one in await read_senders(connection) if one.is_blocked),
        faults=tuple(faults.values()),
        rehearsal=worker is not None and worker.is_rehearsal,
        attention_rules=rules_of(worker),
        limits=await read_policy(connection),
    )


async def _rebuild_since(connection: AsyncConnection) -> datetime | None:
    reconciled = (await read_passes(connection)).get(REPORTED_AS)
    if reconciled is None or not reconciled[1].get("rebuild"):
        return None
    complete_at = await marked_complete_at(connection)
    return None if complete_at is not None and complete_at > reconciled[0] else reconciled[0]
