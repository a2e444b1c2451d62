"""Keeps what an admin has uploaded in the portal until they start the import."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import upload, upload_part
from domain.imports.columns import FoundColumns
from domain.imports.options.options import ImportOptions
from domain.portal.uploads import KEPT_FOR, KeptUpload, UploadOptions
from domain.status import Source


async def keep_upload(connection: AsyncConnection, kept: KeptUpload, parts: Iterable[str]) -> None:
    """Keep an upload, and forget those whose time is over."""
    await forget_uploads(connection, before=kept.created_at - KEPT_FOR)
    await connection.execute(upload.insert().values(**asdict(kept)))
    for number, rows in enumerate(parts, start=1):
        values = {"upload_id": kept.upload_id, "number": number, "rows": rows}
        await connection.execute(upload_part.insert().values(values))


async def read_upload(
    connection: AsyncConnection, upload_id: str, *, owner_id: str, now: datetime
) -> KeptUpload | None:
    """Return an upload of this admin's; None where it is another's, or isn't kept any more."""
    query = select(upload).where(
        upload.c.upload_id == upload_id,
        upload.c.owner_id == owner_id,
        upload.c.created_at > now - KEPT_FOR,
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else _kept(dict(row))


async def read_parts(connection: AsyncConnection, upload_id: str) -> list[str]:
    """Return the parts of an upload in order, each as text."""
    query = select(upload_part.c.rows).where(upload_part.c.upload_id == upload_id)
    return list((await connection.scalars(query.order_by(upload_part.c.number))).all())


async def set_dry_run(
    connection: AsyncConnection, upload_id: str, options: UploadOptions, dry_run_id: str | None
) -> None:
    """Record what is chosen for an import, and the dry run that shows it."""
    changes = {"options": asdict(options), "dry_run_id": dry_run_id}
    await connection.execute(_mine(upload_id).values(changes))


async def claim_upload(
    connection: AsyncConnection, upload_id: str, import_id: str, options: UploadOptions
) -> bool:
    """Say that an import is started from an upload; True for the first who says so."""
    changes = {"import_id": import_id, "options": asdict(options)}
    unclaimed = _mine(upload_id).where(upload.c.import_id.is_(None))
    return (await connection.execute(unclaimed.values(changes))).rowcount == 1


async def release_upload(connection: AsyncConnection, upload_id: str) -> None:
    """Take that back: the import could not be started, and may be tried again."""
    await connection.execute(_mine(upload_id).values(import_id=None))


async def forget_parts(connection: AsyncConnection, upload_id: str) -> None:
    """Forget the rows of an upload whose import has started: Temporal has them now."""
    await connection.execute(delete(upload_part).where(upload_part.c.upload_id == upload_id))


async def forget_uploads(connection: AsyncConnection, *, before: datetime | None = None) -> int:
    """Forget uploads that came before then, all of them for None; return how many had rows."""
    old = select(upload.c.upload_id)
    if before is not None:
        old = old.where(upload.c.created_at <= before)
    mine = upload_part.c.upload_id.in_(old)
    query = select(func.count(upload_part.c.upload_id.distinct())).where(mine)
    number = int((await connection.scalars(query)).one())
    await connection.execute(delete(upload_part).where(mine))
    await connection.execute(delete(upload).where(upload.c.upload_id.in_(old)))
    return number


def _mine(upload_id: str) -> Any:
    return update(upload).where(upload.c.upload_id == upload_id)


def _kept(row: dict[str, Any]) -> KeptUpload:
    columns = row["columns"]
    told = columns and FoundColumns(names=tuple(columns["names"]), used=tuple(columns["used"]))
    changes = {
        "source": Source(row["source"]),
        "options": _options(row["options"]),
        "columns": told or None,
    }
    return KeptUpload(**{**row, **changes})


def _options(stored: dict[str, Any]) -> UploadOptions:
    return UploadOptions(**{**stored, "own": ImportOptions.from_json(stored["own"])})
