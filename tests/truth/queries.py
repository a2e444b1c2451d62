"""Query options of an address: what is selected, expanded, searched for must be declared."""

import re
from collections.abc import Iterator

from tests.truth import columns
from tests.truth.calls import Call, Kind
from tests.truth.metadata import Metadata, item_type

FIELDS = "graph.fieldValueSet"
# Only ever taken over from a link to the next page, which is opaque.
PAGING = frozenset({"$skiptoken", "$skip", "$deltatoken"})
_OF_COLLECTIONS = {"$top": re.compile(r"[1-9]\d*"), "$count": re.compile("true")}
_EXPANSION = re.compile(r"(?P<name>\w+)(\((?P<options>.+)\))?")
# A text, a number or an instant.
_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d[\w:.-]*")
_LAMBDA = re.compile(r"(\w+)\s*:")
_PATH = re.compile(r"[A-Za-z_][\w/]*")
_WORDS = {"and", "or", "not", "eq", "ne", "gt", "ge", "lt", "le", "in", "asc", "desc"}
_CONSTANTS = {"true", "false", "null"}
_FUNCTIONS = {"startswith"}


def query_problems(metadata: Metadata, call: Call) -> Iterator[str]:
    """Yield what is wrong with the query options of a call."""
    checks = {
        "$select": _selection_problems,
        "$expand": _expansion_problems,
        "$filter": _filter_problems,
        "$orderby": _filter_problems,
    }
    for name, text in call.options.items():
        if check := checks.get(name):
            yield from check(metadata, call.type_name, text)
        elif name in _OF_COLLECTIONS:
            if call.kind is not Kind.COLLECTION or not _OF_COLLECTIONS[name].fullmatch(text):
                yield f"{name}={text} doesn't fit"
        elif name not in PAGING:
            yield f"{name} is no option that we use"


def selected(call: Call) -> frozenset[str]:
    """Return the selected properties, none where the default set is asked for."""
    return frozenset(filter(None, call.options.get("$select", "").split(",")))


def expanded(call: Call) -> frozenset[str]:
    """Return the names of the expanded navigations."""
    matched = _EXPANSION.fullmatch(call.options.get("$expand", ""))
    return frozenset({matched["name"]}) if matched else frozenset()


def _selection_problems(metadata: Metadata, type_name: str, text: str) -> Iterator[str]:
    known = frozenset(columns.BY_NAME) if type_name == FIELDS else metadata.selectable(type_name)
    for name in text.split(","):
        if name not in known:
            yield f"$select asks {type_name} for {name}"


def _expansion_problems(metadata: Metadata, type_name: str, text: str) -> Iterator[str]:
    matched = _EXPANSION.fullmatch(text)
    reached = metadata.declared(type_name).navigations.get(matched["name"]) if matched else None
    if matched is None or reached is None:
        yield f"$expand asks {type_name} for {text}"
        return
    name, _, inner = (matched["options"] or "").partition("=")
    inner_type = item_type(reached) or reached
    if name == "$select":
        yield from _selection_problems(metadata, inner_type, inner)
    elif name == "$filter":
        yield from _filter_problems(metadata, inner_type, inner)
    elif name:
        yield f"$expand has the option {name}"


def _filter_problems(metadata: Metadata, type_name: str, text: str) -> Iterator[str]:
    bare = _LITERAL.sub(" ", text)
    variables = set(_LAMBDA.findall(bare))
    declared = metadata.declared(type_name)
    for path in _PATH.findall(bare):
        first, _, rest = path.partition("/")
        if first in variables or path.lower() in _WORDS | _CONSTANTS | _FUNCTIONS:
            continue
        if first == "fields" and "fields" in declared.navigations:
            # SharePoint refuses to search a column without an index, and the id needs no filter.
            if rest not in columns.INDEXED:
                yield f"$filter asks for {rest}, which is no indexed column"
        elif first not in declared.properties and first not in declared.navigations:
            yield f"$filter asks {type_name} for {first}"
