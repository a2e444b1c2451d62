"""What a plot shows: finished labels, series of numbers, a band, and a rule at one place."""

from dataclasses import dataclass
from enum import StrEnum

from domain.plain_text import bounded_line

MOST_SERIES = 6
MOST_VALUES = 5_000
"""Of all series together: what is drawn in less than a tenth of a second."""
LONGEST_LABEL = 40


class Shape(StrEnum):
    """How the series are drawn."""

    LINES = "lines"
    """One line a series over the labels."""
    COLUMNS = "columns"
    """One column a label, the series stacked."""
    BARS = "bars"
    """One horizontal bar a label, the series stacked: for long labels."""


@dataclass(frozen=True, slots=True)
class Series:
    """A name, and a number for each label; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """What lies between two numbers at each label, such as a forecast."""

    name: str
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the plot at one of the labels, such as a deadline."""

    name: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot; equal ones are drawn once.

    Attributes:
        title: what it shows; also the heading of its table.
        description: what a reader sees in it, for people who don't see it.
        labels: what stands at the axis, in order.
        series: at most six.
        label_name: what the labels are: ``Day``, ``Batch``.
        unit: what is counted: ``people``, ``mails``.
        shape: how the series are drawn.
        band: drawn behind the lines.
        rule: drawn across the lines or columns.

    Raises:
        ValueError: there are more series or values than can be drawn, or they don't match the
            labels.
    """

    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    label_name: str = "Day"
    unit: str = "people"
    shape: Shape = Shape.LINES
    band: Band | None = None
    rule: Rule | None = None

    def __post_init__(self) -> None:
        """Check that it can be drawn."""
        rows = [one.values for one in self.series]
        if self.band is not None:
            rows += [self.band.low, self.band.high]
        if any(len(row) != len(self.labels) for row in rows):
            raise ValueError("each series of a plot needs one value for each label")
        if len(self.series) > MOST_SERIES or len(rows) * len(self.labels) > MOST_VALUES:
            raise ValueError("the plot has more series or values than can be drawn")
        if self.rule is not None and not 0 <= self.rule.at < len(self.labels):
            raise ValueError("the rule of a plot stands at one of its labels")

    @property
    def is_empty(self) -> bool:
        """Return True when there is nothing to draw."""
        return not any(value is not None for one in self.series for value in one.values)

    def table(self) -> list[tuple[str, list[str]]]:
        """Return the same figures as rows of a table: each label with its cells."""
        columns = [[_shown(value) for value in one.values] for one in self.series]
        if self.band is not None:
            ends = zip(self.band.low, self.band.high, strict=True)
            columns.append([_between(low, high) for low, high in ends])
        cells = [list(row) for row in zip(*columns, strict=True)] or [[] for _ in self.labels]
        return list(zip(self.labels, cells, strict=True))

    @property
    def columns(self) -> list[str]:
        """Return the names of the table's columns."""
        band = [self.band.name] if self.band is not None else []
        return [self.label_name, *(one.name for one in self.series), *band]


def label(text: str) -> str:
    """Return other people's text, fit to stand at an axis."""
    return bounded_line(text, LONGEST_LABEL)


def _shown(value: float | None) -> str:
    if value is None:
        return "\N{EN DASH}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _between(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return _shown(None)
    return f"{_shown(low)} to {_shown(high)}"
