"""The tracking list's columns: their type is open, so the metadata can't catch a misspelt one.

Source: our own table of columns, and Graph's page "listItem" for those that every list has.
"""

from collections.abc import Iterator
from typing import Any

from domain.tracking_list.columns import COLUMNS, ColumnKind

BY_NAME = {column.name: column for column in COLUMNS}
INDEXED = frozenset(column.name for column in COLUMNS if column.indexed) | {"id"}
# What SharePoint shows beside our columns.
BUILT_IN = {
    "id": str,
    "ContentType": str,
    "Created": str,
    "Modified": str,
    "Attachments": bool,
    "LinkTitle": str,
}
_TYPES: dict[ColumnKind, type | tuple[type, ...]] = {
    ColumnKind.TEXT: str,
    ColumnKind.NOTE: str,
    ColumnKind.CHOICE: str,
    ColumnKind.DATE_TIME: str,
    ColumnKind.BOOLEAN: bool,
    ColumnKind.NUMBER: (int, float),
}


def shown_problems(fields: dict[str, Any], where: str) -> Iterator[str]:
    """Yield what is wrong with the fields of an answer, built-in ones included."""
    for name, value in fields.items():
        if "@" in name:
            continue
        if name in BUILT_IN:
            if not isinstance(value, BUILT_IN[name]):
                yield f"{where}.{name} is no {BUILT_IN[name].__name__}"
        else:
            yield from _column_problems(name, value, f"{where}.{name}")


def written_problems(fields: dict[str, Any], where: str) -> Iterator[str]:
    """Yield what is wrong with the fields that are written: ``Notes`` is for people."""
    for name, value in fields.items():
        if name == "Notes":
            yield f"{where}.{name} isn't ours to write"
        yield from _column_problems(name, value, f"{where}.{name}")


def _column_problems(name: str, value: Any, where: str) -> Iterator[str]:
    column = BY_NAME.get(name)
    if column is None:
        yield f"{where} is no column"
    elif value is None:
        # Empties the column.
        return
    elif not isinstance(value, _TYPES[column.kind]) or (
        column.kind is ColumnKind.NUMBER and isinstance(value, bool)
    ):
        yield f"{where} is no {column.kind}"
    elif column.choices and value not in column.choices:
        yield f"{where} is none of the choices"
