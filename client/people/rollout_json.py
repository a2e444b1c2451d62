"""How what holds up everybody looks as JSON: on the command line and over REST."""

from datetime import datetime
from typing import Any

from client.people.rollout import Rollout
from domain.doctor.wording import remedy, text
from domain.tables.rollout import ProcessKind

KEYS = ("mailStopped", "processes", "blockedSenders", "faults", "rebuildSince")


def rollout_json(rollout: Rollout) -> dict[str, Any]:
    """Return whether mail is stopped, which processes run, and what is wrong."""
    control = rollout.control
    stopped = control if control is not None and control.mail_stopped else None
    return {
        "mailStopped": stopped
        and {
            "since": _iso(stopped.since),
            "actor": stopped.actor,
            "reason": stopped.reason,
            "stopId": stopped.shown,
        },
        "processes": [
            {
                "kind": kind.value,
                "isMissing": kind in rollout.missing,
                "seenAt": _iso(rollout.seen_at.get(kind)),
            }
            for kind in ProcessKind
        ],
        "blockedSenders": [
            {
                "address": sender.address,
                "state": sender.state.value,
                "since": _iso(sender.since),
                "reason": sender.reason,
            }
            for sender in rollout.blocked
        ],
        "faults": [
            {
                "check": fault.check.value,
                "about": fault.about,
                "code": fault.what.value,
                "text": text(fault),
                "toDo": remedy(fault),
            }
            for fault in rollout.faults
        ],
        "rebuildSince": _iso(rollout.rebuild_since),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
