"""The values of enums: they stand in histories, tables and the list, so none changes unseen."""

import pkgutil
from enum import Enum
from importlib import import_module

import pytest

import domain

# What people or other systems read, where it says more than the name.
SAID_OTHERWISE = {
    "CSV_UPLOAD": "CSV Upload",
    # App roles, as Entra ID names them in tokens.
    "ADMIN": "Rollout.Admin",
    "HELPDESK": "Rollout.Helpdesk",
    "READER": "Rollout.Reader",
}


def enums() -> dict[str, type[Enum]]:
    """Return every enum of the domain by its full name."""
    found = {}
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Enum):
                found[f"{value.__module__}.{value.__name__}"] = value
    return {name: kind for name, kind in found.items() if name.startswith("domain.")}


ENUMS = enums()


@pytest.mark.parametrize("name", ENUMS)
def test_a_value_says_what_its_name_says(name: str) -> None:
    """A value is its name in one of the usual forms, or stands in the table above."""
    for member in ENUMS[name]:
        words = member.name.lower().split("_")
        forms = {form.join(words) for form in ("_", "-")}
        forms |= {"".join(map(str.title, words)), " ".join(map(str.title, words))}
        camel = words[0] + "".join(map(str.title, words[1:]))
        assert member.value in {*forms, camel, SAID_OTHERWISE.get(member.name)}, member
