"""An import and its rows as they are told afterwards."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.tables.values import Json

LARGEST_LINE = 2**31 - 1
"""Of a row: what its column holds."""


class ImportState(StrEnum):
    """How far an import has come."""

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RowOutcome(StrEnum):
    """What became of a row of the file."""

    STARTED = "started"
    ALREADY_ENROLLED = "already-enrolled"
    ALREADY_FINISHED = "already-finished"
    ALREADY_ACTIVE = "already-active"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """Who imported which file, when, how, and what came of it.

    ``trouble`` is the sentence that says what an admin has to do before it goes on.
    """

    import_id: str
    batch_id: str
    requested_by: str
    requested_at: datetime
    file_hash: str
    file_name: str | None = None
    dry_run: bool = False
    rows: int = 0
    options: dict[str, Json] = field(default_factory=dict)
    counts: dict[str, Json] = field(default_factory=dict)
    state: ImportState = ImportState.RUNNING
    trouble: str | None = None
    last_invitation_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One row of a file: its value, what became of it, and who may have been meant.

    ``reason`` is a code, and ``detail`` the value in its sentence, if it has one.
    """

    line: int
    value: str
    outcome: RowOutcome
    reason: str | None = None
    detail: str | None = None
    candidates: tuple[str, ...] = ()
    object_id: str | None = None
