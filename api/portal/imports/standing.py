"""How an import or its dry run stands, as a page shows it, by our tables alone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncConnection

from database.imports.imports import read_import
from database.imports.rows import read_rows
from domain.imports.reasons import RowReason
from domain.imports.report import Count
from domain.imports.texts import COUNT_TEXTS, STATES, imported_row_text
from domain.tables.import_parts import totals
from domain.tables.imports import (
    LARGEST_LINE,
    ImportRecord,
    ImportRow,
    ImportState,
    RowOutcome,
)

ROWS_SHOWN = 100
TONES = {
    ImportState.RUNNING: "busy",
    ImportState.WAITING: "bad",
    ImportState.DONE: "good",
    ImportState.CANCELLED: "calm",
    ImportState.FAILED: "bad",
}
TO_CORRECT = (RowOutcome.REJECTED, RowOutcome.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultyRow:
    """A row of the file that starts nobody, and what to do about it."""

    line: int
    value: str
    reason: str
    candidates: tuple[str, ...] = ()
    is_to_correct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An import at one moment.

    ``counts`` are labels with numbers, ``rows`` the first that start nobody; ``has_more`` says
    whether there are others.
    """

    record: ImportRecord
    done: int
    counts: list[tuple[str, int]] = field(default_factory=list)
    rows: list[FaultyRow] = field(default_factory=list)
    has_more: bool = False
    to_invite: int = 0

    @property
    def is_under_way(self) -> bool:
        """Say whether something still happens."""
        return self.record.state in {ImportState.RUNNING, ImportState.WAITING}

    @property
    def state(self) -> str:
        """How it stands, in a word or two."""
        return STATES[self.record.state]

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return TONES[self.record.state]

    @property
    def is_untouched(self) -> bool:
        """Say whether no worker has said anything of it."""
        return self.is_under_way and not self.record.counts

    def waited(self, now: datetime) -> bool:
        """Say whether a worker should have begun by now."""
        return self.is_untouched and (now - self.record.requested_at).total_seconds() > _SOON


_SOON = 10

AfterLine = Annotated[int, Query(ge=0, le=LARGEST_LINE)]
"""The line after which a page of rows begins."""


async def read_standing(
    connection: AsyncConnection, import_id: str, *, after: int = 0
) -> Standing | None:
    """Return how an import stands, with the rows after a line; None where there is none."""
    record = await read_import(connection, import_id)
    if record is None:
        return None
    done, counts = totals(record.counts)
    rows = await read_rows(connection, import_id, after=after, limit=ROWS_SHOWN + 1)
    known = [(Count(name), number) for name, number in counts.items() if name in _COUNTS]
    return Standing(
        record=record,
        done=done,
        counts=[(COUNT_TEXTS[name], number) for name, number in known],
        rows=[faulty(row) for row in rows[:ROWS_SHOWN]],
        has_more=len(rows) > ROWS_SHOWN,
        to_invite=counts.get(Count.TO_INVITE, 0),
    )


def faulty(row: ImportRow) -> FaultyRow:
    """Return a row with the sentence that says what is the matter."""
    return FaultyRow(
        line=row.line,
        value=row.value,
        reason=_reason(row),
        candidates=row.candidates,
        is_to_correct=row.outcome in TO_CORRECT,
    )


def _reason(row: ImportRow) -> str:
    return _LAPSED if row.reason == RowReason.LAPSED else imported_row_text(row)


# Where the command line is told of its option, the portal says what to choose here.
_LAPSED = "Active, but without a method now: choose above to start such people again."
_COUNTS = frozenset(Count)
