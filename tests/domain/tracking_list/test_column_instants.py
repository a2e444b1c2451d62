"""Instants in the columns of the list."""

from datetime import UTC, datetime

import pytest

from domain.tracking_list.columns import read_column_instant


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2026-11-27T15:19:02Z", datetime(2026, 11, 27, 15, 19, 2, tzinfo=UTC)),
        ("2026-11-27T15:19:02.5Z", datetime(2026, 11, 27, 15, 19, 2, 500_000, tzinfo=UTC)),
        # Words of people that only look like it, and what is no text.
        ("2026-11-27", None),
        ("2026-11-27T15:19:02Z ", None),
        ("2026-13-27T15:19:02Z", None),
        (20261127, None),
        (None, None),
    ],
)
def test_an_instant_of_a_column_is_read(value: object, at: datetime | None) -> None:
    """As SharePoint keeps it, and nothing else."""
    assert read_column_instant(value) == at
