"""The people and the mailboxes of a simulated rollout, and what is counted of them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from domain.enrolment.state import EnrolmentState
from domain.status import MailKind

BLOCK = 100


@dataclass(slots=True)
class Figures:
    """What happened on which day."""

    mails: dict[date, Counter[MailKind]] = field(default_factory=lambda: defaultdict(Counter))
    registered: Counter[date] = field(default_factory=Counter)
    last_invitation: date | None = None
    busiest: Counter[tuple[date, int]] = field(default_factory=Counter)

    def total(self, kind: MailKind) -> int:
        """Return how many mails of a kind left."""
        return sum(day[kind] for day in self.mails.values())


@dataclass(slots=True)
class Person:
    """Somebody: the enrolment's state, the mailbox, and what they will do next."""

    object_id: str
    sender: int
    slot: datetime | None
    state: EnrolmentState = field(default_factory=EnrolmentState)
    version: int = 0
    acts: int = 0
    queued: bool = False


@dataclass(slots=True)
class Mailbox:
    """The mails that wait for a mailbox, and until when it must not try."""

    waiting: list[tuple[int, datetime, int, Person]] = field(default_factory=list)
    free_at: datetime | None = None
    invitations_at: datetime | None = None


def even(random: Random) -> Iterator[float]:
    """Yield numbers from 0 to 1 of which each hundred is spread evenly: less is left to chance."""
    while True:
        block = [(place + random.random()) / BLOCK for place in range(BLOCK)]
        random.shuffle(block)
        yield from block
