"""The figures of a report: how many people stand where, and how many need attention."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.status import InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.people import OtherEnd, PeopleCount
from domain.tables.values import Json


class Figure(StrEnum):
    """What is counted, in the order in which it is told."""

    PEOPLE = "people"
    PENDING = "pending"
    SENT = "sent"
    CLICKED = "clicked"
    ADDED_TO_GROUP = "added-to-group"
    ACTIVE = "active"
    CANCELLED = "cancelled"
    FAILED = "failed"
    ENDED_OTHERWISE = "ended-otherwise"
    REGISTERED = "registered"
    ESCALATED = "escalated"


_STANDING = {
    Figure.PENDING: InviteStatus.PENDING,
    Figure.SENT: InviteStatus.SENT,
    Figure.CLICKED: InviteStatus.CLICKED,
    Figure.ADDED_TO_GROUP: InviteStatus.ADDED_TO_GROUP,
    Figure.ACTIVE: InviteStatus.ACTIVE,
}
_ENDED = {
    Figure.CANCELLED: OtherEnd.CANCELLED,
    Figure.FAILED: OtherEnd.FAILED,
    Figure.ENDED_OTHERWISE: OtherEnd.OTHERWISE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one moment."""

    people: dict[Figure, int] = field(default_factory=dict)
    attention: dict[AttentionKind, int] = field(default_factory=dict)

    @property
    def done_percent(self) -> int:
        """How many of a hundred people are Active, rounded down: 100 means everybody."""
        people = self.people.get(Figure.PEOPLE, 0)
        return self.people.get(Figure.ACTIVE, 0) * 100 // people if people else 0


def figures_of(
    counted: PeopleCount, *, registered: int, escalated: int, attention: Mapping[AttentionKind, int]
) -> Figures:
    """Return the figures: people on their way by status, those who are done, and how others ended.

    These add up to all people. The registered and the escalated are among them.
    """
    standing, ended = counted.on_the_way, counted.other_ends
    return Figures(
        people={
            Figure.PEOPLE: counted.total,
            **{name: standing[status] for name, status in _STANDING.items()},
            **{name: ended[end] for name, end in _ENDED.items()},
            Figure.REGISTERED: registered,
            Figure.ESCALATED: escalated,
        },
        attention=dict(attention),
    )


def as_json(figures: Figures) -> dict[str, Json]:
    """Return the figures as they are stored, for the next report to be compared with."""
    people: dict[str, Json] = {name.value: number for name, number in figures.people.items()}
    attention: dict[str, Json] = {kind.value: count for kind, count in figures.attention.items()}
    return {"people": people, "attention": attention}


def from_json(stored: Mapping[str, Json]) -> Figures | None:
    """Return figures that were stored; None where there are none, names of other releases left out.

    Raises:
        TypeError: it isn't what ``as_json`` makes.
    """
    people, attention = stored.get("people"), stored.get("attention")
    if not people:
        return None
    if not isinstance(people, dict) or not isinstance(attention, dict):
        raise TypeError("these are no figures of a report")
    return Figures(
        people={one: _number(people[one]) for one in Figure if one in people},
        attention={one: _number(attention[one]) for one in AttentionKind if one in attention},
    )


def _number(value: Json) -> int:
    if not isinstance(value, int):
        raise TypeError("a figure of a report is no number")
    return value
