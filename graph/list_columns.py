"""The tracking list's columns in Graph's words: how one is defined, and what one that exists lacks.

Source: Graph's pages "Create columnDefinition" and "columnDefinition resource type".
"""

from domain.tracking_list.columns import PERSONS_OWN, Column, ColumnKind
from graph.http.answers import Json

_FACETS: dict[ColumnKind, Json] = {
    ColumnKind.TEXT: {"text": {}},
    ColumnKind.NOTE: {"text": {"allowMultipleLines": True, "textType": "plain"}},
    ColumnKind.BOOLEAN: {"boolean": {}},
    ColumnKind.DATE_TIME: {"dateTime": {"displayAs": "default", "format": "dateTime"}},
    ColumnKind.NUMBER: {"number": {"decimalPlaces": "none"}},
}
# Every type facet that Graph documents, so that a wrong type can be named.
_KNOWN_FACETS = (
    *("text", "choice", "boolean", "dateTime", "number"),
    *("calculated", "contentApprovalStatus", "currency", "geolocation", "hyperlinkOrPicture"),
    *("lookup", "personOrGroup", "term", "thumbnail"),
)


def definition(column: Column) -> Json:
    """Return the body that creates a column."""
    body: Json = {"name": column.name, "displayName": column.name}
    if column.kind is ColumnKind.CHOICE:
        choices = {"allowTextEntry": False, "choices": list(column.choices)}
        body["choice"] = choices | {"displayAs": "dropDownMenu"}
    else:
        body |= _FACETS[column.kind]
    if column.indexed:
        body["indexed"] = True
    if column.unique:
        body["enforceUniqueValues"] = True
    return body


def wrong_type(column: Column, found: Json) -> str | None:
    """Return the type that a column of this name has, in words, or None when it is the right one.

    ``Notes`` is for people: one line of text or several, both will do.
    """
    facet = next((name for name in _KNOWN_FACETS if isinstance(found.get(name), dict)), None)
    lines = _facet(found, "text").get("allowMultipleLines") is True
    if column.kind is ColumnKind.TEXT and _is_rich(found):
        return "rich text"
    match column.kind:
        case ColumnKind.TEXT:
            fits = facet == "text" and not lines
        case ColumnKind.NOTE:
            fits = facet == "text"
        case kind:
            fits = facet == kind.value
    if fits:
        return None
    return "multiple lines of text" if lines else facet or "a type that is unknown"


def changes(column: Column, found: Json) -> Json:
    """Return what a column of the right type lacks, as the body that adds it; empty for nothing.

    Choices, indexes and the like that somebody added stay; uniqueness doesn't, where several people
    have the same value.
    """
    body: Json = {}
    if column.kind is ColumnKind.CHOICE:
        choices = _facet(found, "choice").get("choices") or []
        missing = [choice for choice in column.choices if choice not in choices]
        if missing:
            body["choice"] = {"choices": [*choices, *missing]}
    date_only = _facet(found, "dateTime").get("format") == "dateOnly"
    if column.kind is ColumnKind.DATE_TIME and date_only:
        body["dateTime"] = {"format": "dateTime"}
    if column.indexed and found.get("indexed") is not True:
        body["indexed"] = True
    if column.unique and found.get("enforceUniqueValues") is not True:
        body["enforceUniqueValues"] = True
    if found.get("enforceUniqueValues") is True and column.name not in PERSONS_OWN:
        body["enforceUniqueValues"] = False
    return body


def keeps_values(column: Column, found: Json) -> bool:
    """Say whether a column keeps what is written to it as it is written.

    It doesn't where it is of another type, of rich text (SharePoint puts an element around it) or
    of dates without a time of day, or where it takes some values only, or each of them once.
    """
    if wrong_type(column, found) is not None:
        # Several lines hold one as well.
        return column.kind is ColumnKind.TEXT and "text" in found and not _is_rich(found)
    change = changes(column, found)
    return not (
        {"choice", "dateTime"} & change.keys() or change.get("enforceUniqueValues") is False
    )


def in_words(change: Json) -> str:
    """Say what a change adds."""
    if change.get("enforceUniqueValues") is False:
        change = {**change, "repeated": True}
        del change["enforceUniqueValues"]
    words = {
        "choice": "the missing choices",
        "dateTime": "the time of day",
        "indexed": "the index",
        "enforceUniqueValues": "uniqueness",
        "repeated": "room for one value in several rows",
    }
    return ", ".join(text for name, text in words.items() if name in change)


def _is_rich(found: Json) -> bool:
    return _facet(found, "text").get("textType") == "richText"


def _facet(found: Json, name: str) -> Json:
    facet = found.get(name)
    return facet if isinstance(facet, dict) else {}
