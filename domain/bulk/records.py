"""A request of an admin about many people: what is asked, how far it has come, what came of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.enrolment.messages import Update
from domain.tables.audit import AuditAction
from domain.tables.rollout import RequestState
from domain.tables.values import Json


class RequestAction(StrEnum):
    """What is asked for everybody who was chosen."""

    PAUSE = "pause"
    RESUME = "resume"
    RESEND = "resend"
    RETRY = "retry"
    CANCEL = "cancel"
    ADD_TO_GROUP = "add-to-group"
    UNDO_IMPORT = "undo-import"


UPDATES = {
    RequestAction.PAUSE: Update.PAUSE,
    RequestAction.RESUME: Update.RESUME,
    RequestAction.RESEND: Update.RESEND,
    RequestAction.RETRY: Update.RETRY,
    RequestAction.CANCEL: Update.CANCEL,
}
AUDITED_AS = {
    RequestAction.PAUSE: AuditAction.BULK_PAUSE,
    RequestAction.RESUME: AuditAction.BULK_RESUME,
    RequestAction.RESEND: AuditAction.BULK_RESEND,
    RequestAction.RETRY: AuditAction.BULK_RETRY,
    RequestAction.CANCEL: AuditAction.BULK_CANCEL,
    RequestAction.ADD_TO_GROUP: AuditAction.ADD_TO_GROUP,
    RequestAction.UNDO_IMPORT: AuditAction.UNDO_IMPORT,
}


class PersonOutcome(StrEnum):
    """What became of one person."""

    DONE = "done"
    RECORDED = "recorded"
    """No worker has answered; Temporal keeps the request until one does."""
    REFUSED = "refused"
    """The enrolment refused it; the reason is a ``RequestRefusal``."""
    ENDED = "ended"
    """No enrolment was running: it had ended, or there never was one."""
    NOT_REACHED = "not-reached"
    """It could not be asked; the reason says why."""
    STOPPED = "stopped"
    """The run was stopped before this person's turn."""
    ERASED = "erased"
    """An undo has taken back everything: there had been no mail."""
    KEPT = "kept"
    """An undo has ended the enrolment; the row stays, since there had been mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one person, and why: a code, or what a service said."""

    outcome: PersonOutcome
    reason: str | None = None


class GroupReason(StrEnum):
    """What was done about the enforcement group, or why nothing was: stands beside an outcome."""

    ALREADY_MEMBER = "already-member"
    EXCLUDED = "excluded"
    NOT_REGISTERED = "not-registered"
    """Only people who have registered are added by an admin's word: the others click first."""
    BY_ENROLMENT = "by-enrolment"
    """The enrolment runs, and was asked to try again."""

    REMOVED_FROM_GROUP = "removed-from-group"
    LEFT_IN_GROUP = "left-in-group"
    """The person is a member, and not certainly by our doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkInput:
    """Which run a workflow works on; whom it is about is in our tables under the same id."""

    request_id: str
    action: RequestAction
    actor: str
    reason: str
    batch_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCount:
    """How many people have the same outcome for the same reason; None: they are waiting."""

    outcome: PersonOutcome | None
    reason: str | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """One run over many people.

    Attributes:
        selection: who was chosen, as it was said: a filter, a number of people, or a batch.
        people: how many were chosen.
        counts: how many have which outcome.
    """

    request_id: str
    action: str
    actor: str
    reason: str | None
    selection: dict[str, Json]
    state: RequestState
    requested_at: datetime
    finished_at: datetime | None = None
    counts: list[OutcomeCount] = field(default_factory=list)

    @property
    def people(self) -> int:
        """Return how many people it is about."""
        return sum(count.people for count in self.counts)

    def with_outcome(self, outcome: PersonOutcome | None) -> int:
        """Return how many people have this outcome, or are waiting."""
        return sum(count.people for count in self.counts if count.outcome is outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedPerson:
    """One person of a run; the UPN is None where the tables have nobody of this ObjectId."""

    object_id: str
    upn: str | None
    outcome: PersonOutcome | None
    reason: str | None
