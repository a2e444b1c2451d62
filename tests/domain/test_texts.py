"""Tables of texts: whole, and with a text for each key."""

import pkgutil
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module

import pytest

import domain
from domain.doctor.checks import Fault

TOLD_BEFORE = {Fault.SETTING}
"""What has no remedy of its own: the reader of settings has said it."""

TABLES = [
    pytest.param(table, id=f"{module.name}.{name}")
    for module in pkgutil.walk_packages(domain.__path__, "domain.")
    if module.name.endswith((".texts", ".commands"))
    for name, table in vars(import_module(module.name)).items()
    if name.isupper() and isinstance(table, Mapping)
]


def texts(value: object) -> Iterator[str]:
    """Return the texts of a table's value."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts(inner)


@pytest.mark.parametrize("table", TABLES)
def test_no_text_is_empty(table: Mapping[object, object]) -> None:
    """Each says something."""
    said = [text for key in table.keys() - TOLD_BEFORE for text in texts(table[key])]
    assert said
    assert [text for text in said if not text.strip()] == []
