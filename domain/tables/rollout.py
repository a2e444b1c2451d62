"""What is recorded of the rollout as a whole."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

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

    ``request_id`` is the id of the stop, ``untold`` that of the request to stop it, as long as
    Temporal hasn't confirmed that.
    """

    mail_stopped: bool
    since: datetime
    actor: str | None = None
    reason: str | None = None
    request_id: str | None = None
    untold: str | None = None

    @property
    def shown(self) -> str:
        """Return what tells this stop from another, for a page that shows it."""
        return self.request_id or self.since.isoformat()


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

    @property
    def is_blocked(self) -> bool:
        """Return True while it may not send, however long that will be."""
        return self.state is not SenderState.READY


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that runs or ran; ``findings`` are the lines of its own check."""

    process_id: str
    kind: ProcessKind
    version: str
    started_at: datetime
    last_seen_at: datetime
    findings: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettingsInForce:
    """What a worker was started with.

    Attributes:
        deadline: the day by which everybody is to be enrolled.
        has_excluded_group: whether members of a group are neither mailed nor added.
        excluded_users: how many people are excluded by name; their names are kept out of tables.
        guests: whether guests are enrolled, as it is set.
        counted_methods: the methods that count as MFA.
        recheck_active: how often people who are Active are looked at again; None is never.
        registration_sweep: whether the tenant's report is read, as it is set.
        attention_after_click: when somebody who clicked and hasn't registered needs attention.
        retain_ended: how long people who ended are kept; None is for good.
        escalation_fallback: the mailbox that is told where a person has no manager.
        mail_redirect_to: in a rehearsal the mailbox that all mails go to.
    """

    deadline: date | None = None
    has_excluded_group: bool = False
    excluded_users: int = 0
    guests: str
    counted_methods: tuple[str, ...]
    recheck_active: timedelta | None
    registration_sweep: str
    attention_after_click: timedelta
    retain_ended: timedelta | None
    escalation_fallback: str | None = None
    mail_redirect_to: str | None = None

    @property
    def is_rehearsal(self) -> bool:
        """Whether no mail reaches the person it is for."""
        return self.mail_redirect_to is not None

    def as_json(self) -> dict[str, Json]:
        """Return what is stored of them."""
        return asdict(self) | {
            "deadline": self.deadline and self.deadline.isoformat(),
            "counted_methods": list(self.counted_methods),
            "recheck_active": _seconds(self.recheck_active),
            "retain_ended": _seconds(self.retain_ended),
            "attention_after_click": _seconds(self.attention_after_click),
        }

    @classmethod
    def from_json(cls, values: dict[str, Json]) -> Self:
        """Return what was stored; settings that are not known here are left out."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        deadline = values.get("deadline")
        known["deadline"] = date.fromisoformat(deadline) if isinstance(deadline, str) else None
        methods = values["counted_methods"]
        known["counted_methods"] = tuple(methods) if isinstance(methods, list) else ()
        for name in ("recheck_active", "retain_ended", "attention_after_click"):
            seconds = values[name]
            known[name] = timedelta(seconds=seconds) if isinstance(seconds, int | float) else None
        return cls(**known)


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()
