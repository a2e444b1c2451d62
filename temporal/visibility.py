"""Queries of Temporal's visibility, by which workflows are listed and counted."""

from collections.abc import Iterable

from temporalio.common import SearchAttributeKey


def equals(attribute: SearchAttributeKey[str], value: str) -> str:
    """Return the condition that an attribute has this value, which may hold anything.

    https://docs.temporal.io/list-filter
    """
    return f"{attribute.name} = {_quoted(value)}"


def equal_any(name: str, values: Iterable[str]) -> str:
    """Return the condition that the attribute of this name has one of these values."""
    return f"{name} IN ({', '.join(map(_quoted, values))})"


def _quoted(value: str) -> str:
    # A quote would end the value, and what follows would be read as a part of the query.
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
