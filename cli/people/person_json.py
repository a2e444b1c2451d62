"""One person for programs: what ``show --json`` prints."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from client.people.standing import PersonStatus
from domain.identifiers import enrolment_workflow_id
from domain.records.people import PersonLine
from domain.standing.sentences import story_sentence

# Whoever has the token is the person; of mails the values name the person and the link.
_SECRET = frozenset({"TrackingToken"})


def person_json(standing: PersonStatus) -> dict[str, Any]:
    """Return a person's row, holds, story and mails as JSON has them."""
    row = _plain(asdict(standing.page.row))
    row["written"] = {k: v for k, v in row["written"].items() if k not in _SECRET}
    return {
        "person": row,
        "workflowId": enrolment_workflow_id(standing.page.row.object_id),
        "whyNotSooner": [_plain(asdict(hold)) for hold in standing.holds],
        "story": [
            _plain({"at": event.at, "kind": event.kind, "actor": event.actor, "data": event.data})
            | {"text": story_sentence(event)}
            for event in standing.page.story
        ],
        "mails": [
            _plain(
                {
                    "kind": mail.kind,
                    "state": mail.state,
                    "reservedAt": mail.reserved_at,
                    "sendingAt": mail.sending_at,
                    "outcome": mail.outcome,
                }
            )
            for mail in standing.page.mails
        ],
    }


def line_json(line: PersonLine) -> dict[str, Any]:
    """Return a line of a list as JSON has it."""
    return _plain({one.name: getattr(line, one.name) for one in fields(line)})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        _camel(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
