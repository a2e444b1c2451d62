"""The numbers of the threat model are those of the code, and its tests are there."""

import re
from importlib import import_module
from typing import Any

import pytest

from tests.documents.shown import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
LIMITS = re.findall(r"^\| [^|]+ \| ([^|]+) \| `(api\.[\w.]+)` \|$", PAGE, re.MULTILINE)
HELD = re.findall(r"^\| [^|]+ \| \d+ \| `(tests/[\w/.]+)` \|$", PAGE, re.MULTILINE)


def value_of(name: str) -> Any:
    """Return a constant of a module, or a default of a class in it."""
    module, _, last = name.rpartition(".")
    if module.rpartition(".")[2][0].isupper():
        module, _, owner = module.rpartition(".")
        return getattr(getattr(import_module(module), owner)(), last)
    return getattr(import_module(module), last)


@pytest.mark.parametrize(("told", "name"), LIMITS)
def test_a_limit_is_the_codes(told: str, name: str) -> None:
    """The page tells each limit as the code has it."""
    assert str(value_of(name)) == told.strip()


def test_all_limits_are_told() -> None:
    """No limit of public requests is missing on the page."""
    limits = import_module("api.limits.rate_limits")
    named = {name.rpartition(".")[2] for _, name in LIMITS}
    public = {name for name in vars(limits) if name.isupper() and not name.startswith("_")}
    assert public - named == set()


def test_the_budget_is_held_by_tests() -> None:
    """Each figure of the budget names a file of tests that is there."""
    assert len(HELD) == 11
    assert all((ROOT / path).exists() for path in HELD)
