"""What is recorded of the rollout as a whole."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.tables.mail import ProbeOutcome, SenderState
from domain.tables.values import Json

STUCK_CHECK = "stuck-workflows"
"""Under which the look for workflows that code has stopped keeps what it found."""


class ProcessKind(StrEnum):
    """The processes that report themselves."""

    WORKER = "worker"
    API = "api"


class RequestState(StrEnum):
    """How far a recorded command has come."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Say whether nothing more is done about it."""
        return self in {RequestState.DONE, RequestState.STOPPED, RequestState.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailControl:
    """Whether all mail is stopped, since when, by whom and why.

    ``untold`` is the id of the request to stop it, as long as Temporal hasn't confirmed that.
    """

    mail_stopped: bool
    since: datetime
    actor: str | None = None
    reason: str | None = None
    untold: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A mailbox that sends: whether it may, since when and why not."""

    address: str
    state: SenderState
    since: datetime
    reason: str | None = None
    probed_at: datetime | None = None
    probe_outcome: ProbeOutcome | None = None
    next_slot_at: datetime | None = None
    throttled_until: datetime | None = None
    others_sent: int = 0
    others_counted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that runs or ran; ``findings`` are the lines of its own check."""

    process_id: str
    kind: ProcessKind
    version: str
    started_at: datetime
    last_seen_at: datetime
    findings: list[Json] = field(default_factory=list)
