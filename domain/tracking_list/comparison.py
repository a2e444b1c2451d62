"""One item of the list beside what was written to it, column by column, for people to read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.tracking_list.columns import Value
from domain.tracking_list.reconciliation import differing, is_of_the_poll


class Verdict(StrEnum):
    """How a column of the list compares with what was written."""

    SAME = "same"
    DIFFERS = "differs"
    NO_COLUMN = "no-column"
    NOT_COMPARED = "not-compared"

    @property
    def is_wrong(self) -> bool:
        """Say whether the list is not as it was written."""
        return self in {Verdict.DIFFERS, Verdict.NO_COLUMN}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedColumn:
    """One column: what stands on the list now, and what was written last."""

    name: str
    on_list: object
    written: Value
    verdict: Verdict


def compared(
    item: Mapping[str, object], written: Mapping[str, Value], columns: Collection[str]
) -> list[ComparedColumn]:
    """Return the columns that we write, those that differ first, as the daily comparison sees them.

    Args:
        item: the item's columns as the list has them now.
        written: what was written last.
        columns: the columns that the list has.
    """
    different = frozenset(differing(item, written, columns))

    def verdict(name: str) -> Verdict:
        if name not in columns:
            return Verdict.NO_COLUMN
        if is_of_the_poll(name, written[name]):
            return Verdict.NOT_COMPARED
        return Verdict.DIFFERS if name in different else Verdict.SAME

    found = [
        ComparedColumn(name=name, on_list=item.get(name), written=value, verdict=verdict(name))
        for name, value in written.items()
    ]
    return sorted(found, key=lambda one: not one.verdict.is_wrong)
