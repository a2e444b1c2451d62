"""No regular expression of the product takes time that grows with the square of what it reads."""

import ast
import importlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from re import _constants as op
from re import _parser
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = tuple(
    layer.name
    for layer in sorted(ROOT.iterdir())
    if (layer / "__init__.py").exists() and layer.name not in {"simulated_tenant", "tests"}
)
LENGTH = 20_000
LONGEST = 0.04
"""Seconds of CPU: what is linear takes a hundredth, what is quadratic several times as much."""

_METHODS = {"findall", "finditer", "fullmatch", "match", "search", "split", "sub"}
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_OF_CATEGORY = {op.CATEGORY_DIGIT: "1", op.CATEGORY_SPACE: " \n", op.CATEGORY_NOT_WORD: " "}


def _files() -> list[Path]:
    files = [file for layer in LAYERS for file in sorted((ROOT / layer).rglob("*.py"))]
    return [file for file in files if "re." in file.read_text()]


def _expressions(file: Path) -> Iterator[tuple["re.Pattern[Any]", set[str]]]:
    """Yield the expressions of a file, each with the methods by which it is used there."""
    text = file.read_text()
    calls = [
        call
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {f"re.{m}" for m in _METHODS}
    ]
    names = re.findall(r"^(\w+) = re\.compile\(", text, re.MULTILINE)
    if not calls and not names:
        return
    found = vars(importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts)))
    for name in names:
        used = set(re.findall(rf"\b{name}\.(\w+)\(", text)) & _METHODS
        yield found[name], used or {"fullmatch"}
    for call in calls:
        pattern = eval(ast.unparse(call.args[0]), dict(found))  # noqa: S307 - our own
        yield re.compile(pattern), {ast.unparse(call.func).removeprefix("re.")}


def _characters(members: Any) -> str:
    """Return characters of a class, those at its ends among them."""
    found, negated = "", False
    for kind, value in members:
        negated = negated or kind is op.NEGATE
        if kind is op.LITERAL:
            found += chr(value)
        elif kind is op.RANGE:
            found += chr(value[0]) + chr(value[1])
        elif kind is op.CATEGORY:
            found += _OF_CATEGORY.get(value, "a")
    return "".join(set(" a1<.:-\n") - set(found)) if negated else found


def _sample(tree: Any) -> str:
    """Return a text that is like what the expression matches."""
    text = ""
    for kind, value in tree:
        if kind is op.LITERAL:
            text += chr(value)
        elif kind is op.IN:
            text += _characters(value)[:1]
        elif kind in _REPEATS:
            text += _sample(value[2]) * value[0]
        elif kind is op.SUBPATTERN:
            text += _sample(value[3])
        elif kind is op.BRANCH:
            text += _sample(value[1][0])
        elif kind in {op.ANY, op.NOT_LITERAL}:
            text += "a"
    return text


def _pumps(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield what to repeat, each with what an expression has to find before it."""
    for kind, value in tree:
        if kind in _REPEATS:
            yield before, _sample(value[2]) or "a"
            for inner, members in value[2]:
                if inner is op.IN:
                    yield from ((before, character) for character in _characters(members))
                elif inner in {op.ANY, op.NOT_LITERAL}:
                    yield from ((before, character) for character in " a.\n")
            yield from _pumps(value[2], before)
        elif kind is op.SUBPATTERN:
            yield from _pumps(value[3], before)
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from _pumps(branch, before)
        elif kind in {op.ASSERT, op.ASSERT_NOT}:
            yield from _pumps(value[1], before)
        before += _sample([(kind, value)])
    yield "", before or "a"


def _hostile(pattern: "re.Pattern[Any]") -> Iterator[Any]:
    source = pattern.pattern
    text = source if isinstance(source, str) else source.decode("latin-1")
    for before, pump in set(_pumps(_parser.parse(text, pattern.flags & ~re.UNICODE))):
        for end in ("", "\0"):
            for piece, first in ((pump, before), (before + pump, "")):
                hostile = first + piece * (LENGTH // len(piece)) + end
                yield hostile if isinstance(source, str) else hostile.encode("latin-1")


def _seconds(pattern: "re.Pattern[Any]", method: str, text: Any) -> float:
    """Return the CPU that one search takes: the least of three, where the first was long."""
    least = float("inf")
    for _ in range(3):
        begun = time.process_time()
        if method == "sub":
            pattern.sub(text[:0], text)
        elif method == "finditer":
            list(pattern.finditer(text))
        else:
            getattr(pattern, method)(text)
        least = min(least, time.process_time() - begun)
        if least < LONGEST:
            break
    return least


@pytest.mark.parametrize("layer", LAYERS)
def test_expressions_take_time_that_is_linear_in_what_they_read(layer: str) -> None:
    """Also where a stranger repeats whatever the expression repeats, and then breaks off."""
    slow = {
        f"{file.relative_to(ROOT)}: {pattern.pattern!r}.{method}({text[:20]!r}…)"
        for file in _files()
        if file.relative_to(ROOT).parts[0] == layer
        for pattern, methods in _expressions(file)
        for text in _hostile(pattern)
        for method in methods
        if _seconds(pattern, method, text) > LONGEST
    }
    assert not slow


def test_an_expression_that_is_not_linear_is_found() -> None:
    """What begins at each word, and then looks through all that follows, takes long."""
    pattern = re.compile(r"a\b.*b")
    assert any(_seconds(pattern, "search", text) > LONGEST for text in _hostile(pattern))
