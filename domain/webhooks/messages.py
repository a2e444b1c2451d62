"""The messages that webhooks get: names and addresses of people are never in them."""

import json
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from domain.instants import EPOCH, MICROSECOND
from domain.webhooks.records import Message, StatusChange

STATUS_CHANGED = "enrolment.status_changed"
TEST = "webhook.test"


def status_changed(webhook_id: str, change: StatusChange) -> Message:
    """Return the message about one change; it is the same however often it is made."""
    at = EPOCH + change.revision * MICROSECOND
    data = {
        "objectId": change.object_id,
        "status": change.status,
        "previousStatus": change.previous_status,
        "ended": change.ended,
        "batchId": change.batch_id,
    }
    name = f"{webhook_id}/{change.object_id}/{change.revision}"
    return Message(message_id=_message_id(name), body=_body(STATUS_CHANGED, at, data))


def trial_message(webhook_id: str, now: datetime) -> Message:
    """Return a message that says nothing but that it arrives."""
    name = f"{webhook_id}/test/{now.isoformat()}"
    return Message(message_id=_message_id(name), body=_body(TEST, now, {"webhookId": webhook_id}))


def _message_id(name: str) -> str:
    return f"msg_{uuid5(NAMESPACE_URL, name).hex}"


def _body(kind: str, at: datetime, data: dict[str, str | None]) -> str:
    timestamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": kind, "timestamp": timestamp, "data": data}, separators=(",", ":"))
