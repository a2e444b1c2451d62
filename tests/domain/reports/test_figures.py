"""The figures of a report, and how they are kept for the next one."""

import pytest

from domain.reports.figures import Figure, Figures, as_json, figures_of, from_json
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.people import PeopleCount
from domain.tables.values import Json

COUNTED = PeopleCount(
    by_status={
        InviteStatus.PENDING: 1,
        InviteStatus.SENT: 8,
        InviteStatus.CLICKED: 3,
        InviteStatus.ADDED_TO_GROUP: 4,
        InviteStatus.ACTIVE: 6,
    },
    running={
        InviteStatus.PENDING: 1,
        InviteStatus.SENT: 2,
        InviteStatus.CLICKED: 3,
        InviteStatus.ADDED_TO_GROUP: 4,
        InviteStatus.ACTIVE: 1,
    },
    by_end={
        EnrolmentEnd.ACTIVE: 5,
        EnrolmentEnd.CANCELLED: 3,
        EnrolmentEnd.FAILED: 2,
        EnrolmentEnd.GONE: 1,
    },
)
FIGURES = figures_of(COUNTED, registered=8, escalated=9, attention={AttentionKind.BOUNCED: 2})
PEOPLE = {
    "people": 22,
    "pending": 1,
    "sent": 2,
    "clicked": 3,
    "added-to-group": 4,
    "active": 6,
    "cancelled": 3,
    "failed": 2,
    "ended-otherwise": 1,
    "registered": 8,
    "escalated": 9,
}


def test_everybody_is_counted_once() -> None:
    """Where people stand adds up to all of them; the order is that of the journey."""
    assert {name.value: number for name, number in FIGURES.people.items()} == PEOPLE
    assert list(FIGURES.people) == list(Figure)
    standing = list(Figure)[1:9]
    assert sum(FIGURES.people[name] for name in standing) == FIGURES.people[Figure.PEOPLE]
    assert FIGURES.attention == {AttentionKind.BOUNCED: 2}


def test_figures_are_read_as_they_were_kept() -> None:
    """What another release counted is left out; nothing kept is nothing."""
    stored = as_json(FIGURES)
    assert stored == {"people": PEOPLE, "attention": {"bounced": 2}}
    assert from_json(stored) == FIGURES
    other: dict[str, Json] = {"people": {"people": 5, "x": 1}, "attention": {"y": 2}}
    assert from_json(other) == Figures(people={Figure.PEOPLE: 5}, attention={})
    assert from_json({}) is None


@pytest.mark.parametrize(
    "stored",
    [
        {"people": [1], "attention": {}},
        {"people": {"people": 1}},
        {"people": {"people": "1"}, "attention": {}},
    ],
)
def test_what_is_no_figures_is_told(stored: dict[str, Json]) -> None:
    """A row that somebody changed by hand isn't taken for zeros."""
    with pytest.raises(TypeError, match="report"):
        from_json(stored)


@pytest.mark.parametrize(
    ("active", "people", "percent"), [(0, 0, 0), (1, 3, 33), (999, 1000, 99), (5, 5, 100)]
)
def test_a_hundred_percent_means_everybody(active: int, people: int, percent: int) -> None:
    """It is rounded down, and nobody of nobody is nothing."""
    figures = Figures(people={Figure.ACTIVE: active, Figure.PEOPLE: people})
    assert figures.done_percent == percent


def test_figures_of_nobody_are_zeros() -> None:
    """A report of an empty rollout has every figure, and is 0 % done."""
    figures = figures_of(PeopleCount(), registered=0, escalated=0, attention={})
    assert figures.people == dict.fromkeys(Figure, 0)
    assert (figures.done_percent, Figures().done_percent) == (0, 0)
    assert Figures(people={Figure.PEOPLE: 1}).done_percent == 0
