"""The rows of the benchmark: what each compares, and the floor that it has to hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class RowName(StrEnum):
    """What a row is called on the command line and in JSON."""

    STARTS = "starts"
    WORKER_CPU = "worker-cpu"
    PEOPLE = "people"
    CLICKS = "clicks"
    OPENS = "opens"
    OPEN_CPU = "open-cpu"
    OPEN_LATENCY = "open-latency"
    HISTORY = "history"
    GRAPH_CALLS = "graph-calls"
    GROUP = "group"
    MAIL_QUOTA = "mail-quota"
    BUSIEST_MINUTE = "busiest-minute"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: what is measured beside what, and between which numbers the figure has to be.

    ``at_least`` and ``at_most`` are the floor, and None where there is none in that direction.
    """

    name: RowName
    title: str
    unit: str = ""
    beside: str = ""
    at_least: float | None = None
    at_most: float | None = None

    def is_held(self, figure: float) -> bool:
        """Say whether a figure is as good as the floor asks."""
        too_small = self.at_least is not None and figure < self.at_least
        too_large = self.at_most is not None and figure > self.at_most
        return not (too_small or too_large)

    def share_of_floor(self, figure: float) -> float:
        """Return how good a figure is beside its floor: 1 is just good enough, more is better."""
        if self.at_least is not None:
            return figure / self.at_least
        return (self.at_most or 0) / figure if figure else 1.0


ROWS: Sequence[Row] = (
    Row(
        name=RowName.STARTS,
        title="Starts of an import",
        beside="bare start_workflow",
        at_least=0.97,
    ),
    Row(
        name=RowName.WORKER_CPU,
        title="Worker CPU a person, to Sent",
        unit="ms",
        beside="bare workflow",
        at_most=45,
    ),
    Row(
        name=RowName.PEOPLE,
        title="People, file to Sent",
        beside="bare workflow",
        at_least=0.7,
    ),
    Row(
        name=RowName.CLICKS,
        title="Clicks",
        beside="describe and signal",
        at_least=0.95,
    ),
    Row(
        name=RowName.OPENS,
        title="Durable opens, by API CPU",
        beside="recording nothing",
        at_least=0.85,
    ),
    Row(
        name=RowName.OPEN_CPU,
        title="API CPU of a durable open",
        unit="µs",
        beside="recording nothing",
        at_most=200,
    ),
    Row(name=RowName.OPEN_LATENCY, title="Open, p99 at 200 a second", unit="ms", at_most=5),
    Row(name=RowName.HISTORY, title="History, unhappy journey", unit="events", at_most=130),
    Row(name=RowName.GRAPH_CALLS, title="Graph calls, shortest way", unit="calls", at_most=14),
    Row(name=RowName.GROUP, title="Group add amid an import", unit="s", at_most=30),
    Row(name=RowName.MAIL_QUOTA, title="Mail quota that is used", at_least=0.95, at_most=1),
    Row(name=RowName.BUSIEST_MINUTE, title="Busiest minute of the quota", at_most=1),
    # What an enrolment needed that a worker has in its cache; without a cache it is nothing.
    Row(name=RowName.MEMORY, title="Worker memory a person more", unit="KB", at_most=284),
)

BY_NAME = {row.name: row for row in ROWS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a row came to: the figure, and the two numbers that it is made of.

    ``ours`` and ``beside`` are as they were measured, in the words of ``measured_in``.
    """

    name: RowName
    figure: float
    ours: float | None = None
    beside: float | None = None
    measured_in: str = ""
    series: Sequence[float] = ()

    @property
    def row(self) -> Row:
        """The row that it belongs to."""
        return BY_NAME[self.name]

    @property
    def is_held(self) -> bool:
        """Whether the floor is held."""
        return self.row.is_held(self.figure)


def ratio(
    name: RowName,
    *,
    ours: float,
    beside: float,
    measured_in: str,
    less_is_better: bool = False,
) -> Measured:
    """Return the row of two numbers of one run: above 1 is better than the yardstick."""
    figure = beside / ours if less_is_better else ours / beside
    return Measured(name=name, figure=figure, ours=ours, beside=beside, measured_in=measured_in)


class UnknownRowError(ValueError):
    """There is no row of this name."""


def chosen(text: str | None) -> frozenset[RowName]:
    """Read names of rows with commas between them; None means all.

    Raises:
        UnknownRowError: one is no row's name.
    """
    if text is None:
        return frozenset(RowName)
    names = [one.strip() for one in text.split(",") if one.strip()]
    unknown = [one for one in names if one not in set(RowName)]
    if unknown or not names:
        raise UnknownRowError(", ".join(unknown))
    return frozenset(RowName(one) for one in names)


def in_order(measured: Iterable[Measured], wanted: frozenset[RowName]) -> list[Measured]:
    """Return the rows that are wanted, in the order of the table."""
    found = {one.name: one for one in measured}
    return [found[row.name] for row in ROWS if row.name in found and row.name in wanted]


def percentile(numbers: Sequence[float], share: float) -> float:
    """Return the number below which a share of all lies; of few numbers, rather the higher one."""
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def busiest(instants: Sequence[float], length: float) -> int:
    """Return how many instants lie in a stretch of that length, where they are most."""
    return max(
        (sum(begin <= other < begin + length for other in instants) for begin in instants),
        default=0,
    )
