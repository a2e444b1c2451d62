"""Conditions on search attributes hold whatever a value may hold."""

import pytest

from temporal.search_attributes import DEPARTMENT
from temporal.visibility import equals


@pytest.mark.parametrize(
    ("value", "quoted"),
    [("Sales", "'Sales'"), ("O'Neill", r"'O\'Neill'"), ("a\\b", r"'a\\b'"), ("\\'", r"'\\\''")],
)
def test_a_value_can_not_end_the_query(value: str, quoted: str) -> None:
    """Quotes and backslashes are escaped, so that none ends the value."""
    assert equals(DEPARTMENT, value) == f"Department = {quoted}"
