"""Whether recorded exchanges are true to Microsoft Graph: what was said, and what was heard."""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.truth.answers import answer_problems
from tests.truth.calls import UnknownAddressError, resolve
from tests.truth.columns import shown_problems
from tests.truth.exchanges import Exchange
from tests.truth.metadata import Metadata
from tests.truth.oracles import oracle
from tests.truth.queries import PAGING, query_problems
from tests.truth.refusals import refusal_problems
from tests.truth.requests import request_problems


def _entity(base: str, *, abstract: bool, **props: tuple[str, bool]) -> dict[str, Any]:
    return {
        "kind": "EntityType",
        "base": base,
        "open": False,
        "abstract": abstract,
        "props": props,
        "navs": {},
        "members": None,
    }


# What the data was pruned of. https://learn.microsoft.com/graph/api/resources/fileattachment
PRUNED = {
    "microsoft.graph.attachment": _entity(
        "graph.entity",
        abstract=True,
        contentType=("Edm.String", True),
        isInline=("Edm.Boolean", False),
        lastModifiedDateTime=("Edm.DateTimeOffset", True),
        name=("Edm.String", True),
        size=("Edm.Int32", False),
    ),
    "microsoft.graph.fileAttachment": _entity(
        "graph.attachment",
        abstract=False,
        contentBytes=("Edm.Binary", True),
        contentId=("Edm.String", True),
        contentLocation=("Edm.String", True),
    ),
}


def microsofts_metadata() -> Metadata:
    """Return Microsoft's metadata with our columns; skips the test where it is absent."""
    special: dict[str, Any] = {"microsoft.graph.fieldValueSet": shown_problems}
    return Metadata({**oracle("types.json")["types"], **PRUNED}, special=special)


def problems_of(metadata: Metadata, exchanges: Iterable[Exchange]) -> list[str]:
    """Return everything that isn't as Microsoft documents it, on either side."""
    exchanges = list(exchanges)
    return [*asking_problems(metadata, exchanges), *answering_problems(metadata, exchanges)]


def asking_problems(metadata: Metadata, exchanges: Iterable[Exchange]) -> list[str]:
    """Return what is wrong with what the client said."""
    links: set[str] = set()
    found = []
    for exchange in exchanges:
        problems = [*_asked(metadata, exchange), *_followed(exchange, links)]
        found += [f"{exchange}: {problem}" for problem in problems]
        if isinstance(exchange.answer, dict) and "@odata.nextLink" in exchange.answer:
            links.add(exchange.answer["@odata.nextLink"])
    return found


def answering_problems(metadata: Metadata, exchanges: Iterable[Exchange]) -> list[str]:
    """Return what is wrong with what the tenant said."""
    return [
        f"{exchange}: {problem}"
        for exchange in exchanges
        for problem in _answered(metadata, exchange)
    ]


def _asked(metadata: Metadata, exchange: Exchange) -> Iterator[str]:
    try:
        call = resolve(metadata, exchange.method, exchange.url)
    except UnknownAddressError as error:
        yield f"the address leads nowhere: {error}"
        return
    yield from query_problems(metadata, call)
    yield from request_problems(metadata, call, exchange)


def _answered(metadata: Metadata, exchange: Exchange) -> Iterator[str]:
    try:
        call = resolve(metadata, exchange.method, exchange.url)
    except UnknownAddressError:
        # Then it is the client that is wrong.
        return
    if exchange.is_success:
        yield from answer_problems(metadata, call, exchange)
    else:
        yield from refusal_problems(call.operation, exchange.status, exchange.answer)


def _followed(exchange: Exchange, links: set[str]) -> Iterator[str]:
    pages_on = any(f"{name}=" in exchange.url for name in PAGING)
    if pages_on and exchange.url not in links:
        yield "it pages on by a link that wasn't given"
