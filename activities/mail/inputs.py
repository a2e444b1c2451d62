"""What the activities that deliver and withdraw mails are given, and what they return."""

from dataclasses import dataclass
from datetime import datetime

from activities.tracking_list.row_writes import WriteRowInput
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.mail.content import Withheld
from domain.mail.send_window import SendWindow
from domain.person import Person
from domain.status import MailKind
from domain.tables.enrolment import EnrolmentRecord
from domain.tables.mail import MailOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An enrolment as it is when its mail is begun, with a row that holds all of it."""

    enrolment: EnrolmentInput
    state: EnrolmentState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverMailInput:
    """Which mail, to whom, and under which key it is found again.

    ``key`` is the same at every attempt of the same mail, and no other mail has it.
    ``before_manager`` says that the manager is told next, ``is_last`` that no reminder follows;
    without them the mail says only which one it is. ``older_token`` is an older system's; without
    it the link's token is made when the mail is. ``person`` is the person's row: it is written
    where there is none, and its revision tells whether the mail was begun before the person was
    erased. ``window`` is None for a mail that may leave at any time: a new link that was asked for.
    ``network`` is a keyed hash of where the form was filled in that asked for it.
    ``not_excluded_at`` is when it was last read that nobody excludes the user, if the enrolment has
    just begun. ``begun`` is what the row is written by once the mail has left; without it that is
    left to the mirror.
    """

    kind: MailKind
    object_id: str
    key: str
    sender: int
    older_token: str | None = None
    nudges_sent: int
    before_manager: bool = False
    is_last: bool = False
    person: EnrolmentRecord
    origin: MailOrigin = MailOrigin.SCHEDULE
    network: str | None = None
    window: SendWindow | None = None
    not_excluded_at: datetime | None = None
    begun: Begun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawMailInput:
    """A mail that shall not leave any more."""

    kind: MailKind
    object_id: str
    key: str
    sender: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of a mail: sent, withheld for a reason, or withdrawn where it is neither.

    Attributes:
        sent_at: when the request that sent it was begun; not before it was asked for, whatever the
            worker's clock says.
        unconfirmed: whether it only may have left: it is neither a draft nor in Sent Items.
        withheld: why it wasn't sent now that its turn had come.
        person: as the directory describes them, where that was read.
        manager_upn: who got the escalation.
        row: the write of the row that says so, None where it is left to the mirror.
        hidden_upn: what stands for the user principal name in the search attribute, where names are
            hidden and the row was written.
    """

    sent_at: datetime | None = None
    unconfirmed: bool = False
    withheld: Withheld | None = None
    person: Person | None = None
    manager_upn: str | None = None
    row: WriteRowInput | None = None
    hidden_upn: str | None = None

    @property
    def ended(self) -> bool:
        """Return True when the mail was sent, or withheld for a reason."""
        return self.sent_at is not None or self.withheld is not None

    @property
    def outcome(self) -> str:
        """What became of it, as metrics name it."""
        if self.unconfirmed:
            return "unconfirmed"
        if self.sent_at is not None:
            return "sent"
        return self.withheld.value if self.withheld is not None else "withdrawn"
