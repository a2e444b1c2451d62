"""What lists, pages and figures say about people."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentRecord, NextStep
from domain.tables.mail import SentMail
from domain.tables.story import StoryEvent


class PeopleOrder(StrEnum):
    """How a list of people is sorted; people without the value come last."""

    NAME = "name"
    CHANGED = "changed"
    DUE = "due"
    ATTENTION = "attention"
    """Those who need attention first, the longest of all at the top; then the others by name."""


class OtherEnd(StrEnum):
    """How enrolments end whose users aren't Active; pages, verbs and reports count by these."""

    CANCELLED = "cancelled"
    FAILED = "failed"
    OTHERWISE = "otherwise"
    """The user has left, or the account stayed disabled."""


OTHER_ENDS = {
    OtherEnd.CANCELLED: frozenset({EnrolmentEnd.CANCELLED}),
    OtherEnd.FAILED: frozenset({EnrolmentEnd.FAILED}),
    OtherEnd.OTHERWISE: frozenset({EnrolmentEnd.GONE, EnrolmentEnd.DISABLED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilter:
    """Which people are wanted; what is None isn't asked for.

    ``text`` is found anywhere in name, UPN and mail address, without regard to capitals and
    accents. ``not_active`` finds who has ended in any way but Active, ``registered_after`` who
    registered after this mail, as the row names it, and ``no_department`` who has none.
    """

    text: str | None = None
    status: InviteStatus | None = None
    batch_id: str | None = None
    department: str | None = None
    attention: AttentionKind | None = None
    manager_upn: str | None = None
    language: str | None = None
    has_ended: bool | None = None
    ended_as: OtherEnd | None = None
    not_active: bool | None = None
    escalated: bool | None = None
    registered_after: str | None = None
    no_department: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEnd:
    """A person at the end of a page: the next one begins after them.

    ``part`` is the part of the list that they are in: people without a value are sorted by another.
    """

    value: str | int | datetime | None
    object_id: str
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person in a list."""

    object_id: str
    upn: str
    display_name: str | None
    mail: str | None
    department: str | None
    language: str | None
    status: InviteStatus
    registration: RegistrationState
    in_group: bool
    batch_id: str
    manager_upn: str | None
    invite_sent_at: datetime | None
    clicked_at: datetime | None
    reminder_count: int
    escalated: bool
    escalated_at: datetime | None
    registered_at: datetime | None
    problem: str | None
    attention: AttentionKind | None
    next_step: NextStep | None
    due_at: datetime | None
    ended: EnrolmentEnd | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """A page of a list: after ``end`` comes the next one, and before ``start`` the one before.

    They are None where there is none. ``total`` is how many people the list has, where that was
    found out on the way.
    """

    people: list[PersonLine]
    end: PageEnd | None
    start: PageEnd | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """Everything that is told about one person, story and mails in the order of time."""

    row: EnrolmentRecord
    story: list[StoryEvent]
    mails: list[SentMail]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCount:
    """How many people stand where.

    ``by_status`` counts all of them, ``running`` those of them who haven't ended, and ``by_end``
    those who have, by how.
    """

    by_status: dict[InviteStatus, int] = field(default_factory=dict)
    running: dict[InviteStatus, int] = field(default_factory=dict)
    by_end: dict[EnrolmentEnd, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return how many people these are."""
        return sum(self.by_status.values())

    @property
    def on_the_way(self) -> dict[InviteStatus, int]:
        """Return how many stand at each status, without those who ended otherwise than Active."""
        standing = {status: self.running.get(status, 0) for status in InviteStatus}
        standing[InviteStatus.ACTIVE] += self.by_end.get(EnrolmentEnd.ACTIVE, 0)
        return standing

    @property
    def other_ends(self) -> dict[OtherEnd, int]:
        """Return how many ended otherwise than Active; with those on the way they are all."""
        return {
            name: sum(self.by_end.get(end, 0) for end in ends) for name, ends in OTHER_ENDS.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionItem:
    """Somebody, or a row of a file, that an admin should look at."""

    kind: AttentionKind
    key: str
    since: datetime
    detail: str | None
    object_id: str | None
    upn: str | None
    display_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """What an import, or a link, has to know about somebody who is in the tables."""

    object_id: str
    status: InviteStatus
    registration: RegistrationState
    in_group: bool
    batch_id: str
    ended: EnrolmentEnd | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOwner:
    """Whose a link is. ``is_certain`` is False when the tables can't rule out anybody.

    A link of an older system gives the item of the list, and an ObjectId where the item has one.
    ``language`` is the person's, as the directory names it. ``invited_at`` is when the last
    invitation left, ``click_held_at`` since when a click of theirs has waited for Temporal in the
    outbox of an API. ``high_water`` is the mark of the
    tables that were asked, 0 where the link is somebody's.
    """

    object_id: str | None = None
    status: InviteStatus | None = None
    ended: EnrolmentEnd | None = None
    item_id: str | None = None
    language: str | None = None
    invited_at: datetime | None = None
    click_held_at: datetime | None = None
    is_certain: bool = True
    high_water: int = 0

    @property
    def is_known(self) -> bool:
        """Return True when the link is known to be somebody's."""
        return self.object_id is not None or self.item_id is not None

    @property
    def is_unknown(self) -> bool:
        """Return True when the link is known to be nobody's."""
        return self.is_certain and not self.is_known
