"""One person's row: the enrolment's state as programs read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.status import Concern, EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.story import StoryEvent
from domain.tables.values import Json


class NextStep(StrEnum):
    """What happens to a person next."""

    INVITATION = "invitation"
    RESEND = "resend"
    REMINDER = "reminder"
    FOLLOW_UP = "follow-up"
    ESCALATION = "escalation"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRecord:
    """What one write says about a person; it replaces whatever an earlier revision said.

    Attributes:
        revision: grows with every write of the person, over all of their runs.
        added_by_us: Graph confirmed that our own request made the person a member of the group.
        registered_after: the mail that worked (``invitation``, ``reminder-2``, ``escalation``).
        slot_at: the invitation doesn't leave earlier.
        mail_not_before: no mail leaves earlier, after a failure.
        next_step: what happens next, None when it waits for the person or for an admin.
        due_at: when it is due, or since when, slot and send window included; None for at once.
            Stops of all mail, blocked mailboxes and budgets aren't in it: they are added when the
            row is read.
        sender: the address of the mailbox that mails this person.
        send_hours: hours and weekdays in which they are mailed, by their import's option or by the
            settings of that time (``08:00-18:00 mon,tue``); None for what the settings say.
        written: the list's columns as they were written last, a token of ours as ``OWN_TOKEN``.
        refused: the columns that the list refused, and since when (ISO 8601).
        replaced_by: the ObjectId of the account that has their user principal name now, and their
            row on the list; noted as that account begins, and no write of the person's changes it.
        own_token: their links are of our making; else an older system's.
    """

    object_id: str
    run_id: str
    revision: int
    upn: str
    status: InviteStatus
    registration: RegistrationState
    batch_id: str
    source: str
    display_name: str | None = None
    mail: str | None = None
    department: str | None = None
    language: str | None = None
    in_group: bool = False
    invite_sent_at: datetime | None = None
    opened_at: datetime | None = None
    clicked_at: datetime | None = None
    added_to_group_at: datetime | None = None
    added_by_us: bool = False
    last_reminder_at: datetime | None = None
    reminder_count: int = 0
    reminders_sent: int = 0
    follow_ups_sent: int = 0
    escalated: bool = False
    escalated_at: datetime | None = None
    manager_upn: str | None = None
    last_checked_at: datetime | None = None
    registered_at: datetime | None = None
    registered_after: str | None = None
    problem_concern: Concern | None = None
    problem: str | None = None
    problem_since: datetime | None = None
    attention: AttentionKind | None = None
    attention_since: datetime | None = None
    paused_by: str | None = None
    paused_reason: str | None = None
    disabled_since: datetime | None = None
    excluded: bool = False
    returned_since: datetime | None = None
    slot_at: datetime | None = None
    mail_not_before: datetime | None = None
    next_step: NextStep | None = None
    due_at: datetime | None = None
    sender: str | None = None
    send_hours: str | None = None
    correlation_id: str | None = None
    item_id: str | None = None
    written: dict[str, Json] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    ended: EnrolmentEnd | None = None
    ended_at: datetime | None = None
    replaced_by: str | None = None
    own_token: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentChange:
    """One write about a person: the row as it should be, and the events that are new with it.

    ``begun`` is the revision of the row that the write was made from, where it wasn't made just
    now: a row that was written since isn't replaced, and an erasure since refuses it.
    """

    row: EnrolmentRecord
    events: Sequence[StoryEvent] = ()
    begun: int | None = None

    @property
    def begun_revision(self) -> int:
        """Return the revision by which an erasure refuses the write, or doesn't."""
        return self.row.revision if self.begun is None else self.begun


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAsWritten:
    """Of which revision a person's row is, and what the list's columns are to hold with it."""

    revision: int
    written: Mapping[str, Json]


class WriteOutcome(StrEnum):
    """What became of a write about a person."""

    APPLIED = "applied"
    SUPERSEDED = "superseded"
    ERASED = "erased"
