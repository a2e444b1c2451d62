"""What is said of requests about many people."""

from collections.abc import Mapping

from api.portal.paths import PORTAL
from api.portal.people.list_query import FILTERS
from client.bulk.texts import refused_text, will_be_text
from database.requests.preview import BulkPreview
from domain.bulk.records import RequestAction
from domain.standing.texts import ATTENTION
from domain.tables.rollout import RequestState

REQUESTS = f"{PORTAL}/requests"

NAMES = {
    RequestAction.PAUSE: "Pause",
    RequestAction.RESUME: "Resume",
    RequestAction.RESEND: "Send a new link",
    RequestAction.RETRY: "Try again now",
    RequestAction.CANCEL: "Cancel the enrolments",
    RequestAction.ADD_TO_GROUP: "Add to the group",
    RequestAction.UNDO_IMPORT: "Undo an import",
}
STATES = {
    RequestState.PENDING: "waits for a worker",
    RequestState.RUNNING: "is under way",
    RequestState.DONE: "has ended",
    RequestState.STOPPED: "was stopped",
    RequestState.FAILED: "failed",
}
# As the table of requests names what was filtered by.
_FIELDS = {
    "text": "text",
    "status": "status",
    "batch_id": "batch",
    "department": "department",
    "attention": "attention",
    "manager_upn": "manager",
    "language": "language",
    "has_ended": "ended",
    "ended_as": "ended",
    "not_active": "ended",
    "escalated": "escalated",
    "registered_after": "registered_after",
    "no_department": "no_department",
}


def preview_sentence(action: RequestAction, found: BulkPreview) -> str:
    """Return whom a request would meet, as in "312 people; 14 have ended. 298 will be asked."."""
    parts = ["1 person" if found.people == 1 else f"{found.people:,} people"]
    if found.ended:
        parts.append("1 has ended" if found.ended == 1 else f"{found.ended:,} have ended")
    if found.refused:
        text = refused_text(action, found.refused)
        parts.append(text.replace(" are ", " is ", 1) if found.refused == 1 else text)
    if found.unknown:
        parts.append(f"{found.unknown:,} not known any more")
    return f"{'; '.join(parts)}. {will_be_text(action, found.asked)}"


def filter_lines(given: Mapping[str, str]) -> list[str]:
    """Return a list's filters in words; none means everybody."""
    return [f"{FILTERS[name]}: {_shown(name, value)}" for name, value in given.items()]


def selection_lines(selection: Mapping[str, object]) -> list[str]:
    """Return who was chosen, as it is kept with a request."""
    if "people" in selection:
        return [f"Chosen one by one: {selection['people']}"]
    return [
        f"{FILTERS[_FIELDS[name]]}: {_shown(name, value)}"
        if name in _FIELDS
        else f"{name}: {value}"
        for name, value in selection.items()
    ]


def _shown(name: str, value: object) -> object:
    """Return the value of a filter in words; one that isn't known any more as it is."""
    return (
        next((text for kind, text in ATTENTION.items() if kind == value), value)
        if name == "attention"
        else value
    )
