"""The sentences about single settings: each names the setting and ends with a right value."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from settings.base import Settings
from settings.reader.text import is_readable
from settings.values.spelling import spelled


def missing_or_wrong(kind: type[Settings], field: str, fault: Mapping[str, Any]) -> str:
    """Return the sentence for what pydantic found."""
    if fault["type"] == "missing":
        what = kind.model_fields[field].description
        return _with_example(kind, field, f"{field.upper()} is missing: {what}")
    return sentence(kind, field, str(fault["msg"]).removeprefix("Value error, "))


def sentence(kind: type[Settings], field: str, fault: str) -> str:
    """Return the sentence that begins with the setting's name and goes on with the fault."""
    return _with_example(kind, field, f"{field.upper()} {fault}.")


def example_of(kind: type[Settings], field: str) -> str:
    """Return a right value of a setting as one writes it; nothing for a secret."""
    info = kind.model_fields[field]
    if info.examples:
        return str(info.examples[0])
    return "" if info.is_required() else spelled(info.default)


def fault_of_text(value: str) -> str | None:
    """Say what is wrong with any value, whatever it is for."""
    if not is_readable(value):
        return "is not UTF-8"
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        return "has a line break or another control character in it"
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return "stands in quotes, which would be part of it: leave them out"
    return None


def _with_example(kind: type[Settings], field: str, text: str) -> str:
    example = example_of(kind, field)
    return f"{text} For example: {field.upper()}={example}" if example else text
