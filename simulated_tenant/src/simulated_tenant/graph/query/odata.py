"""Query options that shape an answer: `$select`, `$expand`, `$top`, `$orderby` and paging."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from simulated_tenant.errors import bad_request
from simulated_tenant.graph.messages import GraphRequest

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """One navigation of `$expand` with its own `$select` and `$filter`."""

    name: str
    select: tuple[str, ...] | None = None
    filter: str | None = None


def names(text: str | None) -> tuple[str, ...] | None:
    """Split a comma-separated list of property names; None means that none was given."""
    if text is None:
        return None
    return tuple(name.strip() for name in text.split(",") if name.strip()) or None


def selection(request: GraphRequest) -> tuple[str, ...] | None:
    """Return the properties of `$select`, or None for the default set."""
    return names(request.option("$select"))


def expansions(request: GraphRequest) -> dict[str, Expansion]:
    """Parse `$expand` into its navigations, by name."""
    text = request.option("$expand") or ""
    found = {}
    for part in _split(text, ","):
        matched = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", part, re.DOTALL)
        if matched is None:
            raise bad_request("Parsing OData Select and Expand failed.", "BadRequest")
        name, inner = matched.groups()
        pairs = [option.partition("=") for option in _split(inner or "", ";")]
        options = {key.strip(): value for key, _, value in pairs}
        found[name] = Expansion(
            name=name, select=names(options.get("$select")), filter=options.get("$filter")
        )
    return found


def _split(text: str, separator: str) -> list[str]:
    """Split at a separator that stands outside parentheses and quotes."""
    parts, depth, quoted, current = [], 0, False, ""
    for character in text:
        if character == "'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(character, 0)
        if character == separator and depth == 0 and not quoted:
            parts.append(current)
            current = ""
        else:
            current += character
    return [part for part in [*parts, current] if part.strip()]


def pick(properties: Mapping[str, Any], wanted: Iterable[str], type_name: str) -> dict[str, Any]:
    """Return the wanted properties in Graph's spelling; an unknown one is a 400."""
    by_lower = {name.lower(): name for name in properties}
    picked = {}
    for name in wanted:
        known = by_lower.get(name.lower())
        if known is None:
            raise bad_request(
                f"Parsing OData Select and Expand failed: Could not find a property named '{name}'"
                f" on type 'microsoft.graph.{type_name}'.",
                "BadRequest",
            )
        picked[known] = properties[known]
    return picked


def page_size(request: GraphRequest, *, default: int, maximum: int, cap: int | None) -> int:
    """Read `$top`; the tenant's cap makes pages smaller than asked for, as Graph may."""
    text = request.option("$top")
    try:
        size = default if text is None else int(text)
    except ValueError:
        size = 0
    if not 1 <= size <= maximum:
        raise bad_request(
            f"Invalid page size specified: '{text}'. Must be between 1 and {maximum} inclusive."
        )
    return size if cap is None else min(size, cap)


def page(
    request: GraphRequest, records: Iterable[Record], size: int, position: Callable[[Record], int]
) -> tuple[list[Record], str | None]:
    """Cut one page out of records in rising order of position, and make the nextLink after it."""
    after = skip_position(request)
    rest = iter(records)
    if after is not None:
        rest = (record for record in rest if position(record) > after)
    taken = list(islice(rest, size + 1))
    if len(taken) <= size:
        return taken, None
    del taken[size:]
    return taken, request.url_with(skiptoken=encode_token(position(taken[-1])))


def skip_position(request: GraphRequest) -> int | None:
    """Read the position out of `$skiptoken`; a token that we never made is a 400."""
    token = request.option("$skiptoken")
    return None if token is None else decode_token(token)


def encode_token(position: int) -> str:
    """Write a position as an opaque token."""
    return base64.urlsafe_b64encode(f"p{position}".encode()).decode().rstrip("=")


def decode_token(token: str) -> int:
    """Read a position back."""
    try:
        padded = token + "=" * (-len(token) % 4)
        return int(base64.urlsafe_b64decode(padded).decode().removeprefix("p"))
    except (ValueError, binascii.Error):
        raise bad_request("The skip token is not valid.", "BadRequest") from None


def collection(
    context: str, value: list[Any], next_link: str | None, count: int | None = None
) -> dict[str, Any]:
    """Build a collection answer."""
    body: dict[str, Any] = {"@odata.context": context}
    if count is not None:
        body["@odata.count"] = count
    if next_link is not None:
        body["@odata.nextLink"] = next_link
    body["value"] = value
    return body
