"""The rewording itself: every table is found, nothing but words is replaced."""

import ast
from pathlib import Path
from string import Formatter

import pytest

from tests.reworded.tables import (
    NOT_THE_PRODUCT,
    reworded_catalogue,
    reworded_module,
    tables,
)

ROOT = Path(__file__).resolve().parents[2]
MODULES = [
    path.relative_to(ROOT)
    for path in ROOT.rglob("texts.py")
    if path.relative_to(ROOT).parts[0] not in {*NOT_THE_PRODUCT, ".venv"}
]
MODULE = '''"""A docstring."""

KIND = "kind"
SAID = {KIND: "Told {who} at {at:%H:%M}, " "whole."}
NEXT: dict[str, str] = {"a": "Nothing."}
'''
CATALOGUE = """[dates]
day = "d MMMM"
[common]
hello = "Hello {name},"
steps = ["One.", "Two."]
[common.mails]
one = "{count} mail"
[error]
title = "Error"
"""


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_of_texts_can_be_reworded(path: Path) -> None:
    """Its tables hold keys and texts alone; what is made of it is a module again."""
    source = (ROOT / path).read_text()
    reworded, count = reworded_module(source)
    assert count == sum(len(table.keys) for table in tables(ast.parse(source)).values())
    assert set(tables(ast.parse(reworded))) == set(tables(ast.parse(source)))


def test_the_product_has_tables() -> None:
    """The rule by which they are found finds those that there are."""
    named = {name for path in MODULES for name in tables(ast.parse((ROOT / path).read_text()))}
    assert {"PROBLEMS", "REFUSALS", "SUMMARIES", "STEPS", "WAITING"} <= named


def test_texts_become_keys_and_keep_their_placeholders() -> None:
    """Names, keys and constants stay; of a text only what is filled in does."""
    reworded, count = reworded_module(MODULE)
    space: dict[str, object] = {}
    exec(reworded, space)  # noqa: S102 - our own
    assert count == 2
    assert space["KIND"] == "kind"
    assert space["SAID"] == {"kind": "SAID KIND {who} {at:%H:%M}"}
    assert space["NEXT"] == {"a": "NEXT a"}


def test_what_is_no_text_is_refused() -> None:
    """A table that holds anything else isn't reworded in part."""
    with pytest.raises(TypeError, match="SAID"):
        reworded_module('SAID = {"a": 1}')


def test_a_catalogue_keeps_its_shape() -> None:
    """Lists and placeholders stay; the forms of dates and the names of pages are no words."""
    reworded, count = reworded_catalogue(CATALOGUE, "en")
    assert count == 6
    assert 'day = "d MMMM"' in reworded
    assert 'hello = "en common hello 0 {name}"' in reworded
    assert 'one = "en common.mails one 0 {count}"' in reworded
    assert 'title = "Error"' in reworded
    assert 'steps = ["en common steps 0", "en common steps 1"]' in reworded


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_text_can_be_filled_in(path: Path) -> None:
    """Placeholders have names, never places."""
    for table in tables(ast.parse((ROOT / path).read_text())).values():
        for value in table.values:
            assert isinstance(value, ast.Constant)
            names = [name for _, name, _, _ in Formatter().parse(str(value.value))]
            assert "" not in names
