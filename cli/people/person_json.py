"""One person for programs: what ``show --json`` prints."""

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from client.exports.json_keys import json_key
from client.people.own_options import OwnOptions
from client.people.standing import PersonStatus
from domain.identifiers import enrolment_workflow_id
from domain.portal.call_list import CallEntry
from domain.standing.attention import to_do
from domain.standing.sentences import (
    next_sentence,
    standing_sentence,
    story_sentence,
    why_sentence,
)
from domain.standing.texts import ATTENTION
from domain.tables.people import PersonLine

# Whoever has the token is the person; of mails the values name the person and the link.
_SECRET = frozenset({"TrackingToken"})


def person_json(
    standing: PersonStatus, call: CallEntry, own: OwnOptions, *, temporal_ui: str | None = None
) -> dict[str, Any]:
    """Return where a person stands, row, holds, story, mails, links and telephones as JSON.

    ``temporal_ui`` is the page of the person's workflow; instants in sentences are in UTC.
    """
    rules = standing.attention_rules
    row = _plain(asdict(standing.page.row))
    row["written"] = {k: v for k, v in row["written"].items() if k not in _SECRET}
    return {
        "person": row,
        "statusText": standing_sentence(standing.page.row, _utc),
        "nextText": next_sentence(standing.page.row, standing.holds, _utc),
        "needsAttention": [
            {"kind": kind.value, "text": ATTENTION[kind], "toDo": to_do(kind, rules)}
            for kind in standing.attention
        ],
        "links": {
            "workflowId": enrolment_workflow_id(standing.page.row.object_id),
            "temporalUi": temporal_ui,
        },
        "contact": _plain(asdict(call)),
        "ownHours": own.hours,
        "ownMailboxes": None if own.mailboxes is None else list(own.mailboxes),
        "whyNotSooner": [
            _plain(asdict(hold)) | {"text": why_sentence(hold, _utc)} for hold in standing.holds
        ],
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
                    "sender": mail.sender,
                    "reservedAt": mail.reserved_at,
                    "sendingAt": mail.sending_at,
                    "finishedAt": mail.finished_at,
                    "outcome": mail.outcome,
                }
            )
            for mail in standing.page.mails
        ],
    }


def line_json(line: PersonLine) -> dict[str, Any]:
    """Return a line of a list as JSON has it."""
    return _plain({one.name: getattr(line, one.name) for one in fields(line)})


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %b %Y %H:%M} UTC"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        json_key(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
