"""How mailboxes and planned mails look as JSON: on the command line and over REST."""

from datetime import date, datetime
from typing import Any

from client.mail.mailboxes import Mailbox
from database.figures.planned_mails import PlannedMails


def mailbox_json(one: Mailbox) -> dict[str, Any]:
    """Return a mailbox that was used: whether it may send, and what is left of its budget."""
    left = {name: rest for name, rest, _ in one.budget.left} if one.budget else {}
    return {
        "address": one.sender.address,
        "state": one.sender.state.value,
        "since": _iso(one.sender.since),
        "toDo": one.why or None,
        "leftInMinute": left.get("minute"),
        "leftInHour": left.get("hour"),
        "leftInDay": left.get("24 hours"),
        "throttledUntil": _iso(one.throttled_until),
        "probedAt": _iso(one.sender.probed_at),
        "probeOutcome": one.sender.probe_outcome,
        "lastSentAt": _iso(one.last_sent_at),
    }


def unused_mailbox_json(address: str) -> dict[str, Any]:
    """Return a mailbox that was never used."""
    return {
        "address": address,
        "state": None,
        "since": None,
        "toDo": None,
        "leftInMinute": None,
        "leftInHour": None,
        "leftInDay": None,
        "throttledUntil": None,
        "probedAt": None,
        "probeOutcome": None,
        "lastSentAt": None,
    }


def planned_json(planned: PlannedMails) -> dict[str, Any]:
    """Return the planned mails by day and mailbox; null is one that is not chosen yet."""
    return {
        "at": _iso(planned.at),
        "due": [{"mailbox": one, "mails": number} for one, number in planned.due.items()],
        "days": [
            {"day": one.isoformat(), "mailbox": mailbox, "mails": number}
            for (mailbox, one), number in sorted(planned.by_day.items(), key=by_day)
        ],
        "later": planned.later,
    }


def by_day(one: tuple[tuple[str | None, date], int]) -> tuple[date, str]:
    """Return by what the mails of a day and a mailbox are sorted."""
    (mailbox, at), _ = one
    return at, mailbox or ""


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
