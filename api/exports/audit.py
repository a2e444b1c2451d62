"""Entries of the audit log as a file."""

from collections.abc import AsyncIterator
from dataclasses import replace

from fastapi.responses import StreamingResponse

from api.exports.csv_answer import csv_answer
from client.exports.cells import Cell
from database.audit.entries import AuditFilter, read_entries
from database.engine import Database
from domain.demo_calendar import DemoCalendar

COLUMNS = (
    *("number", "at", "actor", "actor_id", "verified", "address", "action", "person"),
    *("reason", "answers", "outcome"),
)
_AT_ONCE = 1000


def audit_file(
    database: Database, wanted: AuditFilter | None, calendar: DemoCalendar | None = None
) -> StreamingResponse:
    """Return every entry that is wanted as CSV, outcomes included, the latest first.

    With a demo's ``calendar`` its days stand in place of dates.
    """
    return csv_answer("audit", COLUMNS, _entries(database, wanted, calendar))


async def _entries(
    database: Database, wanted: AuditFilter | None, calendar: DemoCalendar | None
) -> AsyncIterator[tuple[Cell, ...]]:
    before: int | None = None
    while wanted is not None:
        async with database.reading() as connection:
            page = await read_entries(
                connection, replace(wanted, only_begun=False), before=before, limit=_AT_ONCE
            )
        for number, entry in page.items():
            yield (
                number,
                entry.at if calendar is None else calendar.text_in_utc(entry.at),
                entry.actor.name,
                entry.actor.object_id,
                entry.actor.object_id is not None,
                entry.actor.address,
                entry.action,
                entry.person,
                entry.reason,
                entry.answers,
                entry.outcome,
            )
        if len(page) < _AT_ONCE:
            return
        before = min(page)
