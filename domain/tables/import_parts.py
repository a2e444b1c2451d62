"""What the parts of an import say of themselves, and what that makes of the whole."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.tables.imports import ImportState
from domain.tables.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PartProgress:
    """How far one part is: ``trouble`` says why it waits, or why it failed."""

    number: int
    of_parts: int
    rows_done: int = 0
    state: ImportState = ImportState.RUNNING
    trouble: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """Return what is stored of it."""
        return {
            "rows_done": self.rows_done,
            "state": self.state.value,
            "trouble": self.trouble,
            "counts": dict(self.counts),
        }


def state_of(said: Mapping[str, Json], parts: int) -> tuple[ImportState, str | None]:
    """Return how an import of so many parts stands by what they said, and its trouble."""
    told = [_part(one) for one in said.values()]
    states = [str(part["state"]) for part in told]
    trouble = next((str(part["trouble"]) for part in told if part["trouble"]), None)
    if ImportState.WAITING in states:
        return ImportState.WAITING, trouble
    if len(told) < parts or ImportState.RUNNING in states:
        return ImportState.RUNNING, trouble
    return (ImportState.FAILED if ImportState.FAILED in states else ImportState.DONE), trouble


def totals(said: Mapping[str, Json]) -> tuple[int, dict[str, int]]:
    """Return how many rows are done, and the counts of all parts together."""
    rows_done = 0
    counts: Counter[str] = Counter()
    for one in said.values():
        part = _part(one)
        rows_done += int(str(part["rows_done"]))
        for name, number in _part(part["counts"]).items():
            counts[name] += int(str(number))
    return rows_done, dict(counts)


def _part(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
