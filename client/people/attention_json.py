"""How those who need attention look as JSON: on the command line and over REST."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.standing.attention import to_do
from domain.standing.texts import ATTENTION
from domain.tables.attention import AttentionKind, AttentionRules
from domain.tables.people import AttentionItem


def kinds_json(counts: Mapping[AttentionKind, int], rules: AttentionRules) -> list[dict[str, Any]]:
    """Return the kinds that concern anybody: what each is, what to do, and how many it concerns."""
    return [
        {**_about(kind, rules), "count": counts[kind]} for kind in AttentionKind if kind in counts
    ]


def kind_json(
    kind: AttentionKind, rules: AttentionRules, total: int, items: Iterable[AttentionItem]
) -> dict[str, Any]:
    """Return a page of those who need attention for one reason."""
    return {
        **_about(kind, rules),
        "total": total,
        "items": [
            {
                "since": item.since.isoformat(),
                "objectId": item.object_id,
                "upn": item.upn,
                "displayName": item.display_name,
                "detail": item.detail,
            }
            for item in items
        ],
    }


def _about(kind: AttentionKind, rules: AttentionRules) -> dict[str, Any]:
    return {"kind": kind.value, "text": ATTENTION[kind], "toDo": to_do(kind, rules)}
