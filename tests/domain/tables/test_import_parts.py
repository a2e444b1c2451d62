"""What the parts of an import make of the whole."""

import pytest

from domain.tables.import_parts import PartProgress, state_of, totals
from domain.tables.imports import ImportState

RUNNING, DONE, FAILED = ImportState.RUNNING, ImportState.DONE, ImportState.FAILED


def said(*states: ImportState, trouble: str | None = None) -> dict[str, object]:
    """Return what so many parts have said; the last one has trouble."""
    parts = {}
    for number, state in enumerate(states, start=1):
        last = trouble if number == len(states) else None
        part = PartProgress(
            number=number, of_parts=9, rows_done=2, state=state, trouble=last, counts={"a": number}
        )
        parts[str(number)] = part.as_json()
    return dict(parts)


@pytest.mark.parametrize(
    ("states", "parts", "whole"),
    [
        ((DONE,), 1, DONE),
        ((DONE,), 2, RUNNING),
        ((DONE, RUNNING), 2, RUNNING),
        ((FAILED, RUNNING), 2, RUNNING),
        ((FAILED, DONE), 2, FAILED),
        ((DONE, DONE), 2, DONE),
    ],
)
def test_the_whole_is_done_when_all_parts_are(
    states: tuple[ImportState, ...], parts: int, whole: ImportState
) -> None:
    """One that failed makes the import fail, once the others have ended."""
    assert state_of(said(*states), parts) == (whole, None)


def test_trouble_of_any_part_is_told() -> None:
    """The whole waits for whatever one part waits for."""
    assert state_of(said(DONE, RUNNING, trouble="Slow."), 2) == (RUNNING, "Slow.")


def test_counts_are_added_up() -> None:
    """Rows and counts of all parts together."""
    assert totals(said(DONE, DONE, RUNNING)) == (6, {"a": 6})
    assert totals({}) == (0, {})
