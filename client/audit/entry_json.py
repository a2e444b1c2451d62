"""How entries of the audit log look as JSON: on the command line and over REST."""

from typing import Any

from domain.tables.audit import AuditCheck, AuditEntry


def entry_json(number: int, entry: AuditEntry) -> dict[str, Any]:
    """Return who did what, when and why, or how that ended."""
    actor = entry.actor
    return {
        "number": number,
        "at": entry.at.isoformat(),
        "actor": {
            "name": actor.name,
            "objectId": actor.object_id,
            "app": actor.app,
            "address": actor.address,
            "isVerified": actor.object_id is not None,
        },
        "action": entry.action,
        "person": entry.person,
        "reason": entry.reason,
        "answers": entry.answers,
        "outcome": entry.outcome,
    }


def check_json(found: AuditCheck) -> dict[str, Any]:
    """Return whether the log is whole, and its head."""
    return {
        "isWhole": found.is_whole,
        "brokenAt": found.broken_at,
        "head": f"{found.head.number}:{found.head.hash}",
    }
