"""Queries of Temporal's visibility, by which workflows are listed and counted."""

from temporalio.common import SearchAttributeKey


def equals(attribute: SearchAttributeKey[str], value: str) -> str:
    """Return the condition that an attribute has this value, which may hold anything.

    https://docs.temporal.io/list-filter
    """
    # A quote would end the value, and what follows would be read as a part of the query.
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{attribute.name} = '{escaped}'"
