"""What the list has lost of a value: all of it, or its time of day; anything else is an edit."""

import pytest

from domain.tracking_list.columns import Value
from domain.tracking_list.reconciliation import is_lost

AT = "2026-07-20T10:15:30Z"


@pytest.mark.parametrize(
    ("on_list", "written", "lost"),
    [
        (None, "Sales", True),
        ("", "Sales", True),
        (None, 3, True),
        ("Elsewhere", "Sales", False),
        # Somebody has said no, or none.
        (False, True, False),
        (0, 3, False),
        # Midnight of that day in UTC, on the Baker and the Line Islands, and in Nepal.
        ("2026-07-20T00:00:00Z", AT, True),
        ("2026-07-19T12:00:00Z", AT, True),
        ("2026-07-20T10:00:00Z", AT, True),
        ("2026-07-19T18:15:00Z", AT, True),
        # So far to both sides may a date's midnight lie.
        ("2026-07-21T00:15:00Z", AT, True),
        ("2026-07-21T00:30:00Z", AT, False),
        ("2026-07-18T22:30:00Z", AT, True),
        ("2026-07-18T22:15:00Z", AT, False),
        # No midnight anywhere.
        ("2026-07-20T00:01:00Z", AT, False),
        ("2026-07-20T00:00:30Z", AT, False),
        ("2026-07-20T00:00:00Z", "Sales", False),
        ("soon", AT, False),
        ("2026-07-20T00:00:00Z", None, False),
    ],
)
def test_what_is_lost(on_list: object, written: Value, lost: bool) -> None:
    """Writing again destroys nothing only where the list has less than was written."""
    assert is_lost(on_list, written) is lost
