"""Writes and reads the rows of imports."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import import_, import_row
from database.upsert import insert_or_replace
from domain.tables.imports import ImportRow, RowOutcome

# Rows that an admin corrects and imports again.
REJECTED = (RowOutcome.REJECTED, RowOutcome.UNKNOWN)


async def put_rows(connection: AsyncConnection, import_id: str, rows: Sequence[ImportRow]) -> None:
    """Record what became of rows, in place of what was said of them before."""
    if not rows:
        return
    values = [
        {
            "import_id": import_id,
            "line": row.line,
            "value": row.value,
            "outcome": row.outcome,
            "reason": row.reason,
            "detail": row.detail,
            "candidates": list(row.candidates),
            "object_id": row.object_id,
        }
        for row in rows
    ]
    await connection.execute(insert_or_replace(connection.dialect.name, import_row), values)


async def delete_rows(
    connection: AsyncConnection, import_id: str, first_line: int, last_line: int
) -> None:
    """Forget what was said of these lines, both included."""
    mine = (import_row.c.import_id == import_id, import_row.c.line.between(first_line, last_line))
    await connection.execute(delete(import_row).where(*mine))


async def read_rows(
    connection: AsyncConnection,
    import_id: str,
    *,
    outcomes: Collection[RowOutcome] = (),
    after: int = 0,
    limit: int = 1000,
) -> list[ImportRow]:
    """Return rows in the order of their lines, after a line for the next page."""
    query = select(import_row).where(import_row.c.import_id == import_id, import_row.c.line > after)
    if outcomes:
        query = query.where(import_row.c.outcome.in_(outcomes))
    rows = await connection.execute(query.order_by(import_row.c.line).limit(limit))
    return [_row(row) for row in rows]


async def read_unknown_names(connection: AsyncConnection, batch_id: str) -> list[str]:
    """Return the names in a batch's imports that the directory didn't know, each once."""
    query = (
        select(import_row.c.value)
        .distinct()
        .join(import_, import_.c.import_id == import_row.c.import_id)
        .where(
            import_.c.batch_id == batch_id,
            import_.c.dry_run.is_(False),
            import_row.c.outcome == RowOutcome.UNKNOWN,
        )
        .order_by(import_row.c.value)
    )
    return list((await connection.scalars(query)).all())


def _row(row: Row[tuple[object, ...]]) -> ImportRow:
    return ImportRow(
        line=row.line,
        value=row.value,
        outcome=row.outcome,
        reason=row.reason,
        detail=row.detail,
        candidates=tuple(row.candidates),
        object_id=row.object_id,
    )
