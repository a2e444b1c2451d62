"""What a Temporal namespace must have before enrolments run in it: the search attributes."""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client

from temporal.search_attributes import ALL


class WrongAttributeTypeError(Exception):
    """A search attribute exists with another type; the message names it and the remedy."""


async def ensure_search_attributes(client: Client) -> tuple[str, ...]:
    """Create the search attributes that are missing, and return their names. Idempotent.

    Raises:
        WrongAttributeTypeError: one exists with another type; the others are created all the same.
        RPCError: the server refuses, as Temporal Cloud does: there they are made in its UI.
    """
    service, namespace = client.operator_service, client.namespace
    listed = await service.list_search_attributes(ListSearchAttributesRequest(namespace=namespace))
    wanted = {key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in ALL}
    missing = {name: kind for name, kind in wanted.items() if name not in listed.custom_attributes}
    if missing:
        await service.add_search_attributes(
            AddSearchAttributesRequest(namespace=namespace, search_attributes=missing)
        )
    wrong = [
        f"{name} is {_word(found)}, not {_word(wanted[name])}"
        for name, found in listed.custom_attributes.items()
        if wanted.get(name, found) != found
    ]
    if wrong:
        raise WrongAttributeTypeError(
            f"Search attribute {', '.join(wrong)}: remove it with `temporal operator "
            "search-attribute remove`, and run this again."
        )
    return tuple(missing)


async def check_search_attributes(client: Client) -> None:
    """Search by one of our attributes: a server that has just started may not know them yet.

    Raises:
        RPCError: it doesn't, or Temporal can't be reached.
    """
    await client.count_workflows(f"{ALL[0].name} = 'nobody'")


def _word(kind: IndexedValueType.ValueType) -> str:
    return IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").capitalize()
