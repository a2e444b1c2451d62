"""What our client says: the body of a request, and the headers that a call depends on."""

from collections.abc import Iterator
from typing import Any

from tests.truth.calls import Call, Kind, UnknownAddressError, resolve
from tests.truth.columns import written_problems
from tests.truth.exchanges import Exchange
from tests.truth.metadata import Metadata
from tests.truth.refusals import EXCHANGE, service_of

IMMUTABLE_IDS = 'IdType="ImmutableId"'


def request_problems(metadata: Metadata, call: Call, exchange: Exchange) -> Iterator[str]:
    """Yield what is wrong with headers and body of a request."""
    yield from _header_problems(call, exchange)
    body = exchange.request_body
    if exchange.method in {"GET", "DELETE"} or (call.action and not call.action.takes):
        if body is not None:
            yield "there is a body where none belongs"
    elif not isinstance(body, dict):
        yield "there is no body"
    elif call.action is not None:
        yield from _parameter_problems(metadata, call.action.takes, body)
    elif call.kind is Kind.REFERENCE:
        yield from _reference_problems(metadata, call, body)
    else:
        yield from _entity_problems(metadata, call, body)


def _header_problems(call: Call, exchange: Exchange) -> Iterator[str]:
    if not exchange.headers.get("client-request-id"):
        yield "there is no client-request-id"
    # It covers only the request that carries it; without it ids change when a draft is sent.
    prefers = exchange.headers.get("prefer", "")
    if service_of(call.operation) == EXCHANGE and IMMUTABLE_IDS not in prefers:
        yield "immutable ids are not asked for"


def _parameter_problems(
    metadata: Metadata, takes: dict[str, str], body: dict[str, Any]
) -> Iterator[str]:
    for name, value in body.items():
        if name.lower() in takes:
            yield from metadata.problems(value, takes[name.lower()], name)
        else:
            yield f"the action takes no {name}"


def _reference_problems(metadata: Metadata, call: Call, body: dict[str, Any]) -> Iterator[str]:
    if set(body) != {"@odata.id"}:
        yield "a reference is an @odata.id and nothing else"
        return
    # Any directory object may be named by this collection, which the metadata has no set for.
    address = str(body["@odata.id"]).replace("/directoryObjects/", "/users/")
    try:
        named = resolve(metadata, "GET", address)
    except UnknownAddressError as error:
        yield f"the reference leads nowhere: {error}"
        return
    if named.kind is not Kind.ENTITY or not metadata.is_a(named.type_name, call.type_name):
        yield f"the reference names no {call.type_name}"


def _entity_problems(metadata: Metadata, call: Call, body: dict[str, Any]) -> Iterator[str]:
    if call.type_name == "graph.fieldValueSet":
        yield from written_problems(body, "body")
        return
    rest = dict(body)
    if call.type_name == "graph.listItem" and isinstance(body.get("fields"), dict):
        yield from written_problems(rest.pop("fields"), "body.fields")
    yield from metadata.problems(rest, call.type_name, "body")
    if "id" in body:
        yield "an id isn't ours to give"
