"""The lists of people that somebody has given a name."""

from dataclasses import asdict, fields

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import saved_view as table
from domain.portal.saved_view import MOST_OF_ONE, SavedView

_COLUMNS = tuple(table.c[one.name] for one in fields(SavedView))


async def read_views(connection: AsyncConnection, owner_id: str | None) -> list[SavedView]:
    """Return somebody's own views and those that others share, by name."""
    shown: ColumnElement[bool] = table.c.shared.is_(True)
    if owner_id is not None:
        shown = or_(table.c.owner_id == owner_id, shown)
    query = select(*_COLUMNS).where(shown).order_by(table.c.name, table.c.view_id)
    return [SavedView(**row) for row in (await connection.execute(query)).mappings()]


async def save_view(connection: AsyncConnection, view: SavedView) -> bool:
    """Keep a view; return False where its owner has as many as one person may keep."""
    count = select(func.count()).where(table.c.owner_id == view.owner_id)
    if (await connection.execute(count)).scalar_one() >= MOST_OF_ONE:
        return False
    await connection.execute(table.insert().values(**asdict(view)))
    return True


async def change_view(
    connection: AsyncConnection, view_id: str, owner_id: str, *, name: str, shared: bool
) -> bool:
    """Rename a view, or share it; return False where it isn't this person's."""
    mine = update(table).where(table.c.view_id == view_id, table.c.owner_id == owner_id)
    return bool((await connection.execute(mine.values(name=name, shared=shared))).rowcount)


async def delete_view(connection: AsyncConnection, view_id: str, *, owner_id: str | None) -> bool:
    """Delete a view of this person's, or of anybody's; return False where there is none."""
    found = delete(table).where(table.c.view_id == view_id)
    if owner_id is not None:
        found = found.where(table.c.owner_id == owner_id)
    return bool((await connection.execute(found)).rowcount)
