"""How the reports of imports and preflights look as JSON."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from client.import_progress import ImportProgress
from domain.imports.file import RejectedRow
from domain.imports.report import Report

RUNNING, ENDED, FAILED = "running", "ended", "failed"


def batch_json(
    batch_id: str,
    sight: ImportProgress[Report],
    *,
    dry_run: bool,
    last_invitation_at: datetime | None,
) -> dict[str, Any]:
    """Return all that is known of an import: how far it is, counts, every row with its reason."""
    counts = {
        _camel(one.name): _value(getattr(sight.report, one.name)) for one in fields(sight.report)
    }
    return {
        "batchId": batch_id,
        "dryRun": dry_run,
        "state": FAILED if sight.failures else ENDED if sight.ended else RUNNING,
        "rows": sight.rows,
        **counts,
        "lastInvitationAt": last_invitation_at.isoformat() if last_invitation_at else None,
        "trouble": sight.trouble,
        "failures": list(sight.failures),
    }


def _value(value: int | list[RejectedRow]) -> Any:
    if isinstance(value, int):
        return value
    return [{"line": row.line, "reason": row.reason} for row in value]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)
