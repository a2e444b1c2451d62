"""Extended properties of messages: in filters, in expansions, and what searching by them costs."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from simulated_tenant.errors import GraphError
from simulated_tenant.exchange.message import Message, normal_property_id
from simulated_tenant.graph.query.evaluation import matches
from simulated_tenant.graph.query.filters import (
    AnyOf,
    Comparison,
    Condition,
    Junction,
    Negation,
    conjuncts,
    parse_filter,
)

EXTENDED = "singleValueExtendedProperties"
# When the gateway in front of Exchange gives up.
_PATIENCE = timedelta(seconds=10)


def parse_message_filter(text: str) -> Condition:
    """Parse a filter on messages; ids of extended properties are compared as numbers."""
    return _with_normal_ids(parse_filter(text))


def wanted_property(clause: Condition) -> tuple[str, str] | None:
    """Return id and value where a clause asks for one extended property, else None."""
    if not isinstance(clause, AnyOf):
        return None
    parts = {
        part.path.rpartition("/")[2]: part.value
        for part in conjuncts(clause.condition)
        if isinstance(part, Comparison) and part.operator == "eq"
    }
    name, value = parts.get("id"), parts.get("value")
    return (name, value) if isinstance(name, str) and isinstance(value, str) else None


def pairs_of(message: Message) -> list[dict[str, str]]:
    """Return a message's extended properties with normal ids, to be compared with a filter's."""
    return [
        {"id": normal_property_id(name), "value": value}
        for name, value in message.properties.items()
    ]


def expanded(message: Message, filter_text: str, *, normal_ids: bool) -> list[dict[str, str]]:
    """Return the extended properties that an expansion asks for.

    Their ids are written as Exchange writes them (``String 0x1a``), or as they were asked for.
    """
    condition = parse_message_filter(filter_text)
    shown = zip(message.properties.items(), pairs_of(message), strict=True)
    return [
        normal if normal_ids else {"id": name, "value": value}
        for (name, value), normal in shown
        if matches(condition, normal.get)
    ]


def scan_time(items: int, *, per_second: int) -> timedelta:
    """Return how long it takes to look through so many items for an extended property.

    Raises:
        GraphError: 504, as it takes longer than the gateway waits.
    """
    needed = timedelta(seconds=items / per_second)
    if needed > _PATIENCE:
        raise GraphError(
            HTTPStatus.GATEWAY_TIMEOUT, "UnknownError", "The server did not answer in time."
        )
    return needed


def _with_normal_ids(condition: Condition) -> Condition:
    if isinstance(condition, Junction):
        return replace(condition, parts=tuple(_with_normal_ids(part) for part in condition.parts))
    if isinstance(condition, Negation | AnyOf):
        return replace(condition, condition=_with_normal_ids(condition.condition))
    if condition.path.rpartition("/")[2] == "id" and isinstance(condition.value, str):
        return replace(condition, value=normal_property_id(condition.value))
    return condition
