"""One user's enrolment: what starts it, what it remembers, how it ends."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.enrolment.messages import AdminRequest
from domain.enrolment.policy import Policy
from domain.person import Person
from domain.status import Concern, EnrolmentEnd, InviteStatus, MailKind, RegistrationState, Source
from domain.tables.mail import MailOrigin
from domain.tables.story import StoryEvent

SEEN_EVENTS_KEPT = 100


class ProblemKind(StrEnum):
    """What is wrong; ``domain.enrolment.texts`` says it in a sentence."""

    FAILURE = "failure"
    """A permanent failure of an activity, which brings its own sentence as ``message``."""
    CANCELLED = "cancelled"
    GONE = "gone"
    UNKNOWN_USER = "unknown-user"
    DISABLED_TOO_LONG = "disabled-too-long"
    ACCOUNT_DISABLED = "account-disabled"
    EXCLUDED = "excluded"
    NO_ADDRESS = "no-address"
    NO_MANAGER = "no-manager"
    MAIL_UNCONFIRMED = "mail-unconfirmed"
    MAIL_RETURNED = "mail-returned"
    MAIL_REFUSED = "mail-refused"
    MAILBOX_FULL = "mailbox-full"
    MAILBOX_NOT_READY = "mailbox-not-ready"
    MANAGER_MAIL_RETURNED = "manager-mail-returned"
    UNKNOWN_METHODS = "unknown-methods"
    COLUMNS_REFUSED = "columns-refused"
    SECOND_ROW = "second-row"
    STUCK = "stuck"
    """Workflow code has stopped the enrolment; written by the check that finds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that an admin has to know or to fix, and since when.

    ``values`` is what the sentence about it mentions: an actor, a code, names of columns.
    """

    concern: Concern
    kind: ProblemKind
    since: datetime
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTime:
    """What a worker answered about an instant, see ``domain.enrolment.mail.send_times``."""

    asked: datetime
    answer: datetime


@dataclass(kw_only=True, slots=True)
class EnrolmentState:
    """Everything that an enrolment remembers; carried through continue-as-new as it is.

    Instants are aware UTC. The upper half is what the tracking list shows, the lower half is what
    the clocks need.
    """

    person: Person | None = None
    item_id: str | None = None
    # The token of an older system, which stays the person's; None: ours is made when it is needed.
    older_token: str | None = None
    status: InviteStatus = InviteStatus.PENDING
    registration: RegistrationState = RegistrationState.NOT_REGISTERED
    in_group: bool = False
    registered_at: datetime | None = None
    clicked_at: datetime | None = None
    added_to_group_at: datetime | None = None
    # Whether our own request made the user a member, so that an undo may take them out again: not
    # where they were one before, or Microsoft's answer was lost.
    added_by_us: bool = False
    invite_sent_at: datetime | None = None
    last_reminder_at: datetime | None = None
    reminder_count: int = 0
    last_checked_at: datetime | None = None
    opened_at: datetime | None = None
    escalated: bool = False
    escalated_at: datetime | None = None
    manager_upn: str | None = None
    # How, and with which batch, the user came onto the list; None means by this enrolment's import.
    source: str | None = None
    source_batch_id: str | None = None
    problem: Problem | None = None

    # The clock of reminders and follow-ups: set by the first invitation, a reminder, a follow-up
    # and the first click, but by no resend, or anyone could postpone escalation for ever.
    nudge_clock_at: datetime | None = None
    # When the invitation is due, unless the import's slot is later.
    invitation_due_at: datetime | None = None
    nudge_put_off_until: datetime | None = None
    nudge_put_off_once: bool = False
    reminders_sent: int = 0
    follow_ups_sent: int = 0
    # How many of both there were when an admin asked for a new link: the bound counts from there.
    nudges_before: int = 0
    # The clock of the escalation: set by the mail that fills the count, restarted once by a click.
    escalation_clock_at: datetime | None = None
    escalation_grace_restarted: bool = False
    escalation_not_before: datetime | None = None
    # What workers have answered: when mails that are due leave, and when the grace is over.
    openings: dict[MailKind, SendTime] = field(default_factory=dict)
    grace_end: SendTime | None = None
    # The latest click, first or not: registration is looked for more often after it.
    last_click_at: datetime | None = None
    resend_wanted: bool = False
    # Who asked for the last new link: the budget keeps a share for the form.
    resend_origin: MailOrigin | None = None
    resend_network: str | None = None
    form_resends: list[datetime] = field(default_factory=list)
    # A request of the form while the last invitation was under way, until it is known when it left.
    form_resend_waiting: datetime | None = None
    # When the last new link that was asked for left.
    resent_at: datetime | None = None
    mail_not_before: datetime | None = None
    group_not_before: datetime | None = None
    # When Graph said last that the user is a member; None makes it be asked before ``Active``.
    group_confirmed_at: datetime | None = None
    excluded: bool = False
    paused: AdminRequest | None = None
    cancelled: AdminRequest | None = None
    disabled_since: datetime | None = None
    disabled_too_long: bool = False
    gone: bool = False
    mails_begun: int = 0
    # Mail to the user comes back, and why; nothing is sent until somebody acts. An older run's
    # state has none of these three: nothing came back yet, no method was unknown.
    returned: Problem | None = None
    # How often in a row a mail was to be sent again since it came back, and when the last did.
    bounces: int = 0
    bounced_at: datetime | None = None
    # Only mails after this one can tell so: what was begun before a new link counts no more.
    settled_mails: int = 0
    unknown_methods: list[str] = field(default_factory=list)
    seen_events: list[str] = field(default_factory=list)
    # When it was last read that nobody excludes the user; the first mail may believe it.
    not_excluded_at: datetime | None = None
    # When intake read the methods: the first look of the poll would only read the same again.
    methods_read_at: datetime | None = None
    # How the enrolment ended, and when.
    ended: EnrolmentEnd | None = None
    ended_at: datetime | None = None
    # The story's events that aren't written yet; each carries the run in which it was born.
    run_id: str = ""
    story: list[StoryEvent] = field(default_factory=list)
    story_number: int = 0
    # Of the last write to the database; grows over resets, new runs and a restored server.
    revision: int = 0
    # The row as the mirror wrote it last; only set for continue-as-new.
    written: dict[str, str | int | bool | None] = field(default_factory=dict)
    # The columns that the list refused, and since when; only set for continue-as-new.
    refused: dict[str, datetime] = field(default_factory=dict)

    @property
    def registered(self) -> bool:
        """Say whether an MFA registration has been seen."""
        return self.registration is RegistrationState.REGISTERED

    @property
    def links_void(self) -> bool:
        """Say whether the enrolment ends without success, so that no link to it counts any more."""
        return self.cancelled is not None or self.gone or self.disabled_too_long

    @property
    def nudges_sent(self) -> int:
        """Count reminders and follow-ups over the enrolment's life; no resend resets it."""
        return self.reminders_sent + self.follow_ups_sent


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """A user as an import found them, who isn't excluded; ``at`` is when that was asked.

    ``registered`` and the ``unknown_methods`` are what the methods of somebody new say; None where
    these weren't read, or couldn't be.
    """

    person: Person
    at: datetime
    registered: bool | None = None
    unknown_methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentInput:
    """What an enrolment is started with.

    ``invite_not_before`` is the slot that the import gave this user, None for at once. ``sender``
    is the place of the sender mailbox among those configured. ``has_no_row``: the last complete
    pass of the tracking list showed no row of theirs. ``looked_up`` is whom the import found, where
    it asked about this user alone: intake believes it for a minute. ``state`` is only set by
    continue-as-new.
    """

    object_id: str
    user_principal_name: str
    source: Source
    batch_id: str
    correlation_id: str
    policy: Policy = field(default_factory=Policy)
    invite_not_before: datetime | None = None
    sender: int = 0
    # False: the list has to be read before anything is done.
    has_no_row: bool = False
    looked_up: LookedUp | None = None
    state: EnrolmentState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentResult:
    """What an enrolment leaves behind in its history."""

    outcome: EnrolmentEnd
    summary: str
    registered_at: datetime | None = None
    reminders_sent: int = 0
    follow_ups_sent: int = 0
    escalated: bool = False
