"""What happened on a public page, and in which lane of the outbox it waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class HitKind(StrEnum):
    """What happened."""

    OPENED = "opened"
    CLICKED = "clicked"
    RESEND = "resend"


class Lane(StrEnum):
    """A queue of its own in the outbox, so that no kind of hit holds up another."""

    CLICK = "click"
    RESEND = "resend"
    OPEN = "open"
    UNKNOWN = "unknown"
    """Opens and clicks of tokens of which nobody can say at the moment whose they are."""


_LANES = {
    HitKind.CLICKED: Lane.CLICK,
    HitKind.RESEND: Lane.RESEND,
    HitKind.OPENED: Lane.OPEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that happened on a public page at an instant.

    ``subject`` is the token of the link, or what was typed into the resend form. ``is_known`` is
    False for a token of which nobody can say whose it is. ``network`` is a keyed hash of where a
    post of the form came from, ``run_id`` the run of the enrolment that an open is of. A hit with a
    ``delay`` isn't delivered before it has passed, and one with a ``merge_key`` isn't kept while
    another with the same key waits.
    """

    kind: HitKind
    event_id: str
    subject: str
    at: datetime
    is_known: bool = True
    network: str | None = None
    run_id: str | None = None
    delay: timedelta = timedelta(0)
    merge_key: str | None = None

    @property
    def lane(self) -> Lane:
        """Return the lane that this hit waits in."""
        return _LANES[self.kind] if self.is_known else Lane.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldHit:
    """A hit, its place in the outbox, and how often its delivery has failed."""

    row_id: int
    lane: Lane
    tries: int
    hit: Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class DueHits:
    """The hits that may be delivered now, lane by lane, and when the next one may be."""

    hits: tuple[HeldHit, ...]
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """How many hits a lane holds, how many it has room for, and when its oldest came in."""

    lane: Lane
    depth: int
    room: int
    oldest_at: datetime | None
