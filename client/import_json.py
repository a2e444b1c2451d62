"""How the report of an import looks as JSON."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from client.exports.json_keys import json_key, with_json_keys
from client.import_progress import ImportProgress
from domain.imports.report import Count
from domain.imports.rows import ReportedRow
from domain.imports.texts import row_text

RUNNING, WAITING, ENDED, FAILED = "running", "waiting", "ended", "failed"

# Told as rows, not as a number.
_LISTED = {Count.REJECTED, Count.REPEATED, Count.LAPSED}


def batch_json(
    batch_id: str, progress: ImportProgress, *, last_invitation_at: datetime | None
) -> dict[str, Any]:
    """Return all that is known of an import: how far it is, counts, every row with its reason."""
    report = progress.report
    counts = {
        json_key(name): number for name, number in report.counts().items() if name not in _LISTED
    }
    rows = {"rejected": _rows(report.rejected), "repeated": _rows(report.repeated)}
    if report.dry_run is None:
        rows["lapsed"] = _rows(report.lapsed)
    else:
        rows["remarks"] = _rows(report.dry_run.remarks)
    return {
        "batchId": batch_id,
        "dryRun": report.dry_run is not None,
        "state": _state(progress),
        "rows": progress.rows,
        "rowsDone": report.rows_done,
        **counts,
        **rows,
        "lastInvitationAt": last_invitation_at.isoformat() if last_invitation_at else None,
        "trouble": progress.trouble,
        "nextAttemptAt": progress.next_attempt_at.isoformat() if progress.next_attempt_at else None,
        "failures": list(progress.failures),
        "options": with_json_keys(progress.choices.named()),
    }


def _state(progress: ImportProgress) -> str:
    if progress.failures:
        return FAILED
    if progress.ended:
        return ENDED
    return WAITING if progress.next_attempt_at else RUNNING


def _rows(rows: Iterable[ReportedRow]) -> list[dict[str, Any]]:
    return [
        {
            "line": row.line,
            "code": row.reason,
            "reason": row_text(row),
            "candidates": list(row.candidates),
        }
        for row in rows
    ]
