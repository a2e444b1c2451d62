"""Writes and reads imports."""

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import import_
from database.upsert import insert_if_absent, insert_or_replace
from domain.tables.imports import ImportRecord, ImportState
from domain.tables.values import Json

_MOST_OF_BATCH = 20
_COLUMNS = tuple(import_.c[one.name] for one in fields(ImportRecord))


async def begin_import(connection: AsyncConnection, record: ImportRecord) -> None:
    """Record an import once: the same file under the same batch id is the same import."""
    await connection.execute(insert_if_absent(connection.dialect.name, import_), asdict(record))


async def put_import(connection: AsyncConnection, record: ImportRecord) -> None:
    """Record an import in place of what was said of it before: it begins once more."""
    await connection.execute(insert_or_replace(connection.dialect.name, import_), asdict(record))


async def set_choices(
    connection: AsyncConnection,
    import_id: str,
    options: dict[str, Json],
    *,
    requested_by: str,
    requested_at: datetime,
    last_invitation_at: datetime | None,
) -> None:
    """Say what was chosen for an import that had begun before it was recorded, and by whom."""
    changes = {
        "options": options,
        "requested_by": requested_by,
        "requested_at": requested_at,
        "last_invitation_at": last_invitation_at,
    }
    await connection.execute(
        update(import_).where(import_.c.import_id == import_id).values(changes)
    )


async def forget_import(connection: AsyncConnection, import_id: str) -> None:
    """Forget an import that could not be started."""
    await connection.execute(delete(import_).where(import_.c.import_id == import_id))


async def set_counts(
    connection: AsyncConnection, import_id: str, part: int, counts: dict[str, Json]
) -> dict[str, Json]:
    """Record what one part of an import has done so far, in place of what it said before.

    Returns what all parts have said, each by its number.
    """
    mine = import_.c.import_id == import_id
    query = select(import_.c.counts).where(mine).with_for_update()
    before = (await connection.scalars(query)).one()
    merged = {**before, str(part): counts}
    await connection.execute(update(import_).where(mine).values(counts=merged))
    return merged


async def set_import_state(
    connection: AsyncConnection,
    import_id: str,
    state: ImportState,
    *,
    trouble: str | None = None,
    finished_at: datetime | None = None,
) -> None:
    """Say how far an import has come, and what an admin has to do before it goes on."""
    changes = {"state": state, "trouble": trouble, "finished_at": finished_at}
    await connection.execute(
        update(import_).where(import_.c.import_id == import_id).values(changes)
    )


async def read_import(connection: AsyncConnection, import_id: str) -> ImportRecord | None:
    """Return one import, None when there is none by this id."""
    query = select(*_COLUMNS).where(import_.c.import_id == import_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else ImportRecord(**row)


async def read_imports(
    connection: AsyncConnection,
    *,
    batch_id: str | None = None,
    dry_run: bool | None = None,
    limit: int = 100,
) -> list[ImportRecord]:
    """Return imports, the latest first; with ``dry_run`` only those that are one, or aren't."""
    query = select(*_COLUMNS).order_by(import_.c.requested_at.desc()).limit(limit)
    if batch_id is not None:
        query = query.where(import_.c.batch_id == batch_id)
    if dry_run is not None:
        query = query.where(import_.c.dry_run.is_(dry_run))
    rows = (await connection.execute(query)).mappings()
    return [ImportRecord(**row) for row in rows]


async def read_options_of_batch(
    connection: AsyncConnection, batch_id: str
) -> list[dict[str, Json]]:
    """Return what was chosen for each import of a batch, the latest first; dry runs don't count."""
    query = (
        select(import_.c.options)
        .where(import_.c.batch_id == batch_id, import_.c.dry_run.is_(False))
        .order_by(import_.c.requested_at.desc())
        .limit(_MOST_OF_BATCH)
    )
    return list((await connection.scalars(query)).all())
