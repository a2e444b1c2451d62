"""Columns of a list: their definitions and the rules for their values."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from typing import Any

from simulated_tenant.clock import graph_time, parse_time
from simulated_tenant.errors import bad_request

MAX_TEXT = 255
# In which a new site is unless somebody has set another; here without daylight saving time.
SITE_ZONE = timezone(timedelta(hours=-8))
MAX_INDEXES = 20
KINDS = ("text", "choice", "boolean", "dateTime", "number")
_READ_ONLY = {
    "ID": "number",
    "Created": "dateTime",
    "Modified": "dateTime",
    "Author": "personOrGroup",
    "Editor": "personOrGroup",
    "ContentType": "text",
    "Attachments": "boolean",
    "LinkTitle": "text",
}
_DEFAULT_FACETS: dict[str, dict[str, Any]] = {
    "text": {
        "allowMultipleLines": False,
        "appendChangesToExistingText": False,
        "linesForEditing": 0,
        "maxLength": MAX_TEXT,
    },
    "choice": {"allowTextEntry": False, "choices": [], "displayAs": "dropDownMenu"},
    "boolean": {},
    "dateTime": {"displayAs": "default", "format": "dateTime"},
    "number": {"decimalPlaces": "automatic", "displayAs": "number"},
    "personOrGroup": {},
}


@dataclass(kw_only=True, slots=True)
class Column:
    """One column; ``facet`` is the JSON object under its kind.

    ``indexed_at`` is when an index was asked for on a list that had rows already.
    """

    id: str
    name: str
    display_name: str
    kind: str
    facet: dict[str, Any] = field(default_factory=dict)
    description: str = ""
    indexed: bool = False
    indexed_at: datetime | None = None
    enforce_unique_values: bool = False
    required: bool = False
    read_only: bool = False
    hidden: bool = False

    @property
    def is_single_line(self) -> bool:
        """Say whether this is a text column of at most 255 characters."""
        return self.kind == "text" and not self.facet.get("allowMultipleLines", False)


def new_column(name: str, kind: str, **settings: Any) -> Column:
    """Make a column with the defaults of its kind."""
    facet = _DEFAULT_FACETS[kind] | settings.pop("facet", {})
    settings.setdefault("display_name", name)
    return Column(id=str(uuid.uuid4()), name=name, kind=kind, facet=facet, **settings)


def built_in_columns() -> list[Column]:
    """Return what every list has from the beginning: Title, and columns nobody writes."""
    title = new_column("Title", "text", required=True)
    return [
        title,
        *(new_column(name, kind, read_only=True) for name, kind in _READ_ONLY.items()),
    ]


def check_definition(column: Column) -> None:
    """Refuse a column that SharePoint wouldn't index or keep unique."""
    if column.enforce_unique_values and not column.indexed:
        raise bad_request("A column with unique values must be indexed.", "invalidRequest")
    if column.indexed and column.kind == "text" and not column.is_single_line:
        raise bad_request("A column of multiple lines can't be indexed.", "invalidRequest")


def checked_value(column: Column, value: Any) -> Any:
    """Return a value as SharePoint keeps it, or raise 400 ``invalidRequest``.

    Instants lose their fractions of a second; None clears a column, and so does an empty choice.
    """
    if column.read_only:
        raise bad_request(f"Field '{column.name}' is read-only", "invalidRequest")
    if value is None:
        return None
    if column.kind == "text":
        return _checked_text(column, value)
    if column.kind == "choice":
        return _checked_choice(column, value)
    if column.kind == "boolean" and isinstance(value, bool):
        return value
    if column.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if column.kind == "dateTime" and isinstance(value, str):
        try:
            return graph_time(_kept(column, parse_time(value)))
        except ValueError:
            pass
    raise bad_request(f"The value for field '{column.name}' has a wrong type.", "invalidRequest")


def _checked_text(column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise bad_request(
            f"The value for field '{column.name}' has a wrong type.", "invalidRequest"
        )
    if column.is_single_line and len(value) > MAX_TEXT:
        raise bad_request(
            f"The text for field '{column.name}' is longer than {MAX_TEXT} characters.",
            "invalidRequest",
        )
    if column.facet.get("textType") == "richText":
        return f'<div class="ExternalClass{uuid.uuid4().hex.upper()}">{escape(value)}</div>'
    return value


def _kept(column: Column, instant: datetime) -> datetime:
    """Return an instant, or of a date without a time of day the site's midnight."""
    if column.facet.get("format") != "dateOnly":
        return instant
    there = instant.astimezone(SITE_ZONE)
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _checked_choice(column: Column, value: Any) -> str | None:
    if not isinstance(value, str):
        raise bad_request(
            f"The value for field '{column.name}' has a wrong type.", "invalidRequest"
        )
    if value == "":
        return None
    if value not in column.facet["choices"] and not column.facet.get("allowTextEntry"):
        raise bad_request(
            f"The value for field '{column.name}' is not one of its choices.", "invalidRequest"
        )
    return value
