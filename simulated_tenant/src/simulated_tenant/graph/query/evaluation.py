"""Decide whether a record matches a parsed `$filter`."""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from simulated_tenant.clock import parse_time
from simulated_tenant.graph.query.filters import AnyOf, Comparison, Condition, Junction, Negation

Reader = Callable[[str], Any]

_EQUALITIES: dict[str, Callable[[Any, Any], bool]] = {"eq": operator.eq, "ne": operator.ne}
# Between values of different types these raise TypeError, which means "no match".
_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": operator.contains,
}


def matches(condition: Condition, read: Reader) -> bool:
    """Evaluate a condition on one record.

    Text is compared without regard to case, as the directory, SharePoint and Exchange all do.
    ``read`` returns the value behind a path, None where there is none.
    """
    if isinstance(condition, Comparison):
        return _compare(condition, read(condition.path))
    if isinstance(condition, Junction):
        joined = all if condition.operator == "and" else any
        return joined(matches(part, read) for part in condition.parts)
    if isinstance(condition, Negation):
        return not matches(condition.condition, read)
    return any(
        matches(condition.condition, _element_reader(condition, element))
        for element in read(condition.path) or ()
    )


def _element_reader(condition: AnyOf, element: Any) -> Reader:
    prefix = condition.variable + "/"

    def read(path: str) -> Any:
        if path == condition.variable:
            return element
        if path.startswith(prefix) and isinstance(element, Mapping):
            return element.get(path[len(prefix) :])
        return None

    return read


def _compare(comparison: Comparison, actual: Any) -> bool:
    wanted = comparison.value
    if comparison.operator == "in":
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        return any(_folded(actual) == _folded(value) for value in values)
    actual, wanted = _aligned(actual, wanted)
    if comparison.operator in _EQUALITIES:
        return _EQUALITIES[comparison.operator](actual, wanted)
    if actual is None or wanted is None:
        return False
    try:
        return _ORDERINGS[comparison.operator](actual, wanted)
    except TypeError:
        return False


def _aligned(actual: Any, wanted: Any) -> tuple[Any, Any]:
    """Make both sides comparable: a quoted instant beside a real one, folded text beside text."""
    if isinstance(actual, datetime) and isinstance(wanted, str):
        try:
            return actual, parse_time(wanted)
        except ValueError:
            return actual, wanted
    return _folded(actual), _folded(wanted)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
