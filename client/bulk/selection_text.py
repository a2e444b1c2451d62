"""Whom a request about many people is for, in words."""

from collections.abc import Mapping

from domain.mail.shown.names import mail_name
from domain.standing.texts import ATTENTION, OTHER_ENDS

_ENDED = "Running or ended"
# As a filter, and the table of requests, name what people are filtered by.
FILTER_NAMES: Mapping[str, str] = {
    "text": "Name, UPN or mail",
    "status": "Status",
    "attention": "Needs attention",
    "has_ended": _ENDED,
    "ended_as": _ENDED,
    "not_active": _ENDED,
    "batch_id": "Batch",
    "department": "Department",
    "manager_upn": "Manager",
    "language": "Language",
    "escalated": "Manager told",
    "registered_after": "Registered after",
    "no_department": "Without a department",
}
_ENDS: Mapping[tuple[str, bool], str] = {
    ("has_ended", True): "Ended",
    ("has_ended", False): "Running",
    ("not_active", True): "Ended, not Active",
}


def selection_lines(selection: Mapping[str, object]) -> list[str]:
    """Return who was chosen, as it is kept with a request; nothing for everybody.

    What isn't known any more stays as it is.
    """
    if "people" in selection:
        return [f"Chosen one by one: {selection['people']}"]
    return [
        f"{FILTER_NAMES.get(name, name)}: {_shown(name, value)}"
        for name, value in selection.items()
    ]


def _shown(name: str, value: object) -> object:
    if isinstance(value, bool):
        return _ENDS.get((name, value), "yes" if value else "no")
    match name:
        case "attention":
            return next((text for kind, text in ATTENTION.items() if kind == value), value)
        case "ended_as":
            return next((text for end, text in OTHER_ENDS.items() if end == value), value)
        case "registered_after":
            return mail_name(str(value))
    return value
