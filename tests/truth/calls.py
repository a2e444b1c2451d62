"""Where an address of Graph leads, by Microsoft's metadata: step by step, from type to type."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.truth.metadata import Metadata, item_type

# The metadata at hand has neither entity sets nor actions.
ENTITY_SETS = {"users": "graph.user", "groups": "graph.group", "sites": "graph.site"}
SINGLETONS = {"reports/authenticationMethods": "graph.authenticationMethodsRoot"}

WITH_CONTENT = frozenset({"graph.message", "graph.attachment"})
# https://learn.microsoft.com/graph/api/listitem-delta
WITH_CHANGES = {("graph.listItem", "delta")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action: the type it belongs to, what it takes, what it answers, which status it has.

    Names of parameters are in lower case: Graph doesn't mind their case.
    """

    bound_to: str
    takes: dict[str, str]
    answers: str | None
    status: int


# Source: the pages "checkMemberGroups", "message: send", "user: sendMail".
ACTIONS = {
    "checkMemberGroups": Action(
        bound_to="graph.directoryObject",
        takes={"groupids": "Collection(Edm.String)"},
        answers="Collection(Edm.String)",
        status=200,
    ),
    "send": Action(bound_to="graph.message", takes={}, answers=None, status=202),
    "sendMail": Action(
        bound_to="graph.user",
        takes={"message": "graph.message", "savetosentitems": "Edm.Boolean"},
        answers=None,
        status=202,
    ),
}


class Kind(StrEnum):
    """What an address names."""

    ENTITY = "entity"
    COLLECTION = "collection"
    REFERENCE = "reference"
    ACTION = "action"
    CONTENT = "content"
    """What isn't JSON. Source: the pages "Get MIME content of a message" and "Get attachment"."""


class UnknownAddressError(Exception):
    """An address that leads nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request's address, understood.

    ``operation`` is what Microsoft's permission data calls it: ``GET /users/{id}/manager``.
    ``type_name`` is that of the entity, of the collection's items, or of the referenced object.
    """

    operation: str
    kind: Kind
    type_name: str
    options: dict[str, str]
    action: Action | None = None


def resolve(metadata: Metadata, method: str, url: str) -> Call:
    """Follow an address through the metadata.

    Raises:
        UnknownAddressError: it leads nowhere; the message says from which step on.
    """
    address = urlsplit(url)
    version, _, path = address.path.lstrip("/").partition("/")
    if version != "v1.0":
        raise UnknownAddressError(f"{version} is not the version that we use")
    # Split before decoding: an id may hold what separates segments.
    segments = [unquote(segment) for segment in path.split("/")]
    walk = _start(segments)
    for segment in walk.rest:
        walk.step(metadata, segment)
    return Call(
        operation=f"{method} /{'/'.join(walk.template)}",
        kind=walk.kind,
        type_name=walk.type_name,
        options=dict(parse_qsl(address.query, keep_blank_values=True)),
        action=walk.action,
    )


@dataclass(slots=True, kw_only=True)
class _Walk:
    kind: Kind
    type_name: str
    template: list[str]
    rest: list[str]
    action: Action | None = None

    def step(self, metadata: Metadata, segment: str) -> None:
        """Go on from what was reached so far."""
        if segment == "$ref":
            self.kind = Kind.REFERENCE
            self.template.append(segment)
        elif segment == "$value" and self.kind is Kind.ENTITY and self.type_name in WITH_CONTENT:
            self.kind = Kind.CONTENT
            self.template.append(segment)
        elif self.kind is Kind.COLLECTION and (self.type_name, segment) in WITH_CHANGES:
            # A function that returns such a collection.
            self.template.append(segment)
        elif self.kind is Kind.COLLECTION:
            if not segment:
                raise UnknownAddressError("an id is empty")
            self.kind = Kind.ENTITY
            self.template.append("{id}")
        elif self.kind is Kind.ENTITY:
            self._enter(metadata, segment)
        else:
            raise UnknownAddressError(f"nothing is behind {self.template[-1]}")

    def _enter(self, metadata: Metadata, segment: str) -> None:
        self.template.append(segment.lower())
        action = ACTIONS.get(segment)
        if action is not None and metadata.is_a(self.type_name, action.bound_to):
            self.kind, self.action = Kind.ACTION, action
            return
        reached = metadata.declared(self.type_name).navigations.get(segment)
        if reached is None:
            raise UnknownAddressError(f"{self.type_name} has no {segment}")
        inner = item_type(reached)
        self.kind = Kind.COLLECTION if inner else Kind.ENTITY
        self.type_name = inner or reached


def _start(segments: list[str]) -> _Walk:
    first = segments[0]
    if first in ENTITY_SETS:
        type_name, rest = ENTITY_SETS[first], segments[1:]
        return _Walk(kind=Kind.COLLECTION, type_name=type_name, template=[first], rest=rest)
    for path, type_name in SINGLETONS.items():
        names = path.split("/")
        if segments[: len(names)] == names:
            template, rest = path.lower().split("/"), segments[len(names) :]
            return _Walk(kind=Kind.ENTITY, type_name=type_name, template=template, rest=rest)
    raise UnknownAddressError(f"Graph has no {first}")
