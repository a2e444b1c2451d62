"""Microsoft's metadata (CSDL, pruned): what a type declares, and what is wrong with a value.

``types.json`` holds for each type: kind, base, whether it is open or abstract, properties as
``[type, nullable]``, navigations, and the members of an enumeration.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

_COLLECTION = re.compile(r"Collection\((.+)\)")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_WHOLE = frozenset({"Edm.Int16", "Edm.Int32", "Edm.Int64", "Edm.Byte"})
_NUMBERS = _WHOLE | {"Edm.Double", "Edm.Single", "Edm.Decimal"}

# What decides about a value of a type by itself, because the metadata can't: list columns.
Special = Callable[[dict[str, Any], str], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a type declares, inherited things included."""

    properties: dict[str, tuple[str, bool]]
    navigations: dict[str, str]
    is_open: bool
    is_abstract: bool


class Metadata:
    """The types, by name with or without namespace."""

    def __init__(self, types: dict[str, Any], *, special: dict[str, Special] | None = None) -> None:
        """Keep the types; ``special`` names those that are judged by somebody else."""
        self._types = types
        self._special = special or {}
        self.declared = cache(self._declared)

    def __contains__(self, name: str) -> bool:
        """Say whether a type is among them."""
        return _full(name) in self._types

    def is_a(self, name: str, base: str) -> bool:
        """Say whether a type is another one, or derived from it."""
        current: str | None = name
        while current is not None:
            if _full(current) == _full(base):
                return True
            current = self._types[_full(current)]["base"]
        return False

    def selectable(self, name: str) -> frozenset[str]:
        """Return the properties that may be asked for of a type or of those derived from it."""
        derived = [one for one in self._types if self.is_a(one, name)]
        return frozenset(prop for one in derived for prop in self.declared(one).properties)

    def problems(self, value: Any, type_name: str, where: str) -> Iterator[str]:
        """Yield what is wrong with a value, recursively; null is right."""
        if value is None:
            return
        if inner := item_type(type_name):
            if not isinstance(value, list):
                yield f"{where} is no collection"
                return
            for number, one in enumerate(value):
                yield from self.problems(one, inner, f"{where}[{number}]")
        elif type_name.startswith("Edm."):
            if not _is_primitive(value, type_name):
                yield f"{where} is no {type_name}"
        elif isinstance(value, dict):
            yield from self._object_problems(value, type_name, where)
        elif not self._is_member(value, type_name):
            yield f"{where} is no {type_name}"

    def _object_problems(self, value: dict[str, Any], type_name: str, where: str) -> Iterator[str]:
        name = value.get("@odata.type", type_name)
        if name not in self:
            yield f"{where} is of the unknown type {name}"
            return
        if not self.is_a(name, type_name):
            yield f"{where}: {name} is no {type_name}"
            return
        declared = self.declared(name)
        if declared.is_abstract:
            yield f"{where} doesn't say which {name} it is"
            return
        if special := self._special.get(_full(name)):
            yield from special(value, where)
            return
        for key, part in value.items():
            if "@" in key:
                continue
            yield from self._part_problems(declared, key, part, f"{where}.{key}")

    def _part_problems(self, declared: Declared, key: str, part: Any, where: str) -> Iterator[str]:
        if key in declared.properties:
            type_name, nullable = declared.properties[key]
            if part is None and not nullable:
                yield f"{where} is null"
            yield from self.problems(part, type_name, where)
        elif key in declared.navigations:
            type_name = declared.navigations[key]
            # The metadata is pruned: what leads out of it can't be looked into.
            if (item_type(type_name) or type_name) in self:
                yield from self.problems(part, type_name, where)
        else:
            # Also on open types: they are open for extensions, and we use none.
            yield f"{where} is not declared"

    def _is_member(self, value: Any, type_name: str) -> bool:
        members = self._types.get(_full(type_name), {}).get("members") or []
        # Documents write HTML where the metadata says html.
        return isinstance(value, str) and value.lower() in {one.lower() for one in members}

    def _declared(self, name: str) -> Declared:
        found = self._types[_full(name)]
        inherited = self.declared(found["base"]) if found["base"] else None
        own = {key: (one[0], bool(one[1])) for key, one in found["props"].items()}
        return Declared(
            properties=(inherited.properties if inherited else {}) | own,
            navigations=(inherited.navigations if inherited else {}) | found["navs"],
            is_open=found["open"] or (inherited is not None and inherited.is_open),
            is_abstract=found["abstract"],
        )


def item_type(type_name: str) -> str | None:
    """Return the type of a collection's items, None for what is no collection."""
    matched = _COLLECTION.fullmatch(type_name)
    return matched.group(1) if matched else None


def _full(name: str) -> str:
    return "microsoft.graph." + name.rpartition(".")[2]


def _is_primitive(value: Any, type_name: str) -> bool:
    if type_name == "Edm.Boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if type_name in _WHOLE:
        return isinstance(value, int)
    if type_name in _NUMBERS:
        return isinstance(value, int | float)
    if type_name == "Edm.DateTimeOffset":
        return isinstance(value, str) and _INSTANT.fullmatch(value) is not None
    return isinstance(value, str)
