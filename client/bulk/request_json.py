"""How a request about many people looks as JSON: on the command line and over REST."""

from typing import Any

from client.exports.json_keys import json_key, with_json_keys
from database.requests.preview import BulkPreview, UndoPreview
from domain.bulk.records import RequestAction, RequestedPerson, RequestRecord

# As the filters of lists are called.
_FILTERS = {"batch_id": "batch", "manager_upn": "manager", "has_ended": "ended"}


def request_json(record: RequestRecord) -> dict[str, Any]:
    """Return a request: what was asked for whom, how far it is, and what came of it."""
    return {
        "requestId": record.request_id,
        "action": record.action,
        "actor": record.actor,
        "reason": record.reason,
        "selection": {
            _FILTERS.get(name, json_key(name)): value for name, value in record.selection.items()
        },
        "state": record.state.value,
        "requestedAt": record.requested_at.isoformat(),
        "finishedAt": record.finished_at.isoformat() if record.finished_at else None,
        "people": record.people,
        "outcomes": [
            {
                "outcome": one.outcome.value if one.outcome else None,
                "reason": one.reason,
                "people": one.people,
            }
            for one in record.counts
        ],
    }


def requested_json(one: RequestedPerson) -> dict[str, Any]:
    """Return one person of a request, and what came of it for them."""
    return {
        "objectId": one.object_id,
        "upn": one.upn,
        "outcome": one.outcome.value if one.outcome else None,
        "reason": one.reason,
    }


def preview_json(action: RequestAction, found: BulkPreview) -> dict[str, Any]:
    """Return whom a request would meet."""
    return {
        "action": action.value,
        "people": found.people,
        "ended": found.ended,
        "refused": found.refused,
        "unknown": found.unknown,
        "asked": found.asked,
        "peopleDigest": found.people_digest,
    }


def undo_json(batch_id: str, found: UndoPreview) -> dict[str, Any]:
    """Return what the undo of an import would do."""
    counts = {name: getattr(found, name) for name in UndoPreview.__slots__}
    return {"batchId": batch_id, **with_json_keys(counts), "erased": found.erased}
