"""Parse `$filter` into a small tree; `evaluation.py` tells what matches it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from simulated_tenant.clock import parse_time
from simulated_tenant.errors import bad_request

Literal: TypeAlias = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``path operator value``; functions such as ``startswith`` are operators too."""

    path: str
    operator: str
    value: Literal | tuple[Literal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """``path/any(variable: condition)``: some element of a collection matches."""

    path: str
    variable: str
    condition: "Condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction:
    """Conditions joined by ``and`` or by ``or``."""

    operator: str
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Negation:
    """``not`` a condition."""

    condition: "Condition"


Condition: TypeAlias = Comparison | AnyOf | Junction | Negation

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<time>\d{4}-\d\d-\d\d(?:T[0-9:.]+(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_@][\w@.\-]*(?:/[A-Za-z_][\w]*)*)"
    r"|(?P<mark>[(),:]))"
)
_COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
_FUNCTIONS = frozenset({"startswith", "endswith", "contains"})
_CONSTANTS: dict[str, Literal] = {"true": True, "false": False, "null": None}


def parse_filter(text: str) -> Condition:
    """Parse a filter; what can't be parsed is a 400 ``BadRequest``."""
    return _Parser(text).parse()


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Iterate over the comparisons of a tree from left to right, those inside `AnyOf` excluded."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Junction):
        for part in condition.parts:
            yield from comparisons(part)
    elif isinstance(condition, Negation):
        yield from comparisons(condition.condition)


def conjuncts(condition: Condition | None) -> tuple[Condition, ...]:
    """Return the parts that must all hold."""
    if condition is None:
        return ()
    if isinstance(condition, Junction) and condition.operator == "and":
        return tuple(leaf for part in condition.parts for leaf in conjuncts(part))
    return (condition,)


class _Parser:
    """Recursive descent over the tokens of one filter."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        position = 0
        stripped = text.rstrip()
        while position < len(stripped):
            found = _TOKEN.match(stripped, position)
            if found is None or found.lastgroup is None:
                raise self._error()
            self._tokens.append((found.lastgroup, found.group(found.lastgroup)))
            position = found.end()
        self._next = 0

    def parse(self) -> Condition:
        condition = self._disjunction()
        if self._next != len(self._tokens):
            raise self._error()
        return condition

    def _disjunction(self) -> Condition:
        return self._joined("or", self._conjunction)

    def _conjunction(self) -> Condition:
        return self._joined("and", self._unary)

    def _joined(self, operator: str, parse_part: Callable[[], Condition]) -> Condition:
        parts = [parse_part()]
        while self._take_word(operator):
            parts.append(parse_part())
        return parts[0] if len(parts) == 1 else Junction(operator=operator, parts=tuple(parts))

    def _unary(self) -> Condition:
        if self._take_word("not"):
            return Negation(condition=self._unary())
        if self._take_mark("("):
            condition = self._disjunction()
            self._expect("mark", ")")
            return condition
        return self._primary()

    def _primary(self) -> Condition:
        word = self._expect("word")
        lowered = word.lower()
        if lowered in _FUNCTIONS and self._take_mark("("):
            path = self._expect("word")
            self._expect("mark", ",")
            value = self._literal()
            self._expect("mark", ")")
            return Comparison(path=path, operator=lowered, value=value)
        if lowered.endswith("/any") and self._take_mark("("):
            variable = self._expect("word")
            self._expect("mark", ":")
            condition = self._disjunction()
            self._expect("mark", ")")
            return AnyOf(path=word[: -len("/any")], variable=variable, condition=condition)
        operator = self._expect("word").lower()
        if operator == "in":
            return Comparison(path=word, operator="in", value=self._literals())
        if operator not in _COMPARISONS:
            raise self._error()
        return Comparison(path=word, operator=operator, value=self._literal())

    def _literals(self) -> tuple[Literal, ...]:
        self._expect("mark", "(")
        values = [self._literal()]
        while self._take_mark(","):
            values.append(self._literal())
        self._expect("mark", ")")
        return tuple(values)

    def _literal(self) -> Literal:
        kind, text = self._take()
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "time":
            return self._time(text)
        if kind == "word" and text.lower() in _CONSTANTS:
            return _CONSTANTS[text.lower()]
        raise self._error()

    def _time(self, text: str) -> datetime:
        try:
            return parse_time(text)
        except ValueError:
            raise self._error() from None

    def _take(self) -> tuple[str, str]:
        if self._next >= len(self._tokens):
            raise self._error()
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _expect(self, kind: str, text: str | None = None) -> str:
        found_kind, found_text = self._take()
        if found_kind != kind or (text is not None and found_text != text):
            raise self._error()
        return found_text

    def _take_word(self, word: str) -> bool:
        return self._take_if("word", word)

    def _take_mark(self, mark: str) -> bool:
        return self._take_if("mark", mark)

    def _take_if(self, kind: str, text: str) -> bool:
        if self._next < len(self._tokens):
            found_kind, found_text = self._tokens[self._next]
            if found_kind == kind and found_text.lower() == text:
                self._next += 1
                return True
        return False

    def _error(self) -> Exception:
        return bad_request("Invalid filter clause: the expression can't be parsed.", "BadRequest")
