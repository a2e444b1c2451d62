"""The lists of people that somebody has given a name."""

from dataclasses import asdict, fields

from sqlalchemy import ColumnElement, delete, or_, select, update
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
    """Keep a view; one of the same owner and name is replaced.

    Return False where its owner has as many as one person may keep.
    """
    mine = select(table.c.view_id, table.c.name).where(table.c.owner_id == view.owner_id)
    known = (await connection.execute(mine)).all()
    same = [one.view_id for one in known if one.name.casefold() == view.name.casefold()]
    if len(known) - len(same) >= MOST_OF_ONE:
        return False
    await connection.execute(delete(table).where(table.c.view_id.in_(same)))
    await connection.execute(table.insert().values(**asdict(view)))
    return True


async def change_view(
    connection: AsyncConnection,
    view_id: str,
    owner_id: str,
    *,
    name: str | None = None,
    shared: bool | None = None,
) -> bool:
    """Rename a view, or share it; return False where it isn't this person's."""
    changed = {
        key: value for key, value in (("name", name), ("shared", shared)) if value is not None
    }
    mine = update(table).where(table.c.view_id == view_id, table.c.owner_id == owner_id)
    # Without a change it is still asked whose the view is.
    changed = changed or {"owner_id": owner_id}
    return bool((await connection.execute(mine.values(changed))).rowcount)


async def delete_view(connection: AsyncConnection, view_id: str, *, owner_id: str | None) -> bool:
    """Delete a view of this person's, or of anybody's; return False where there is none."""
    found = delete(table).where(table.c.view_id == view_id)
    if owner_id is not None:
        found = found.where(table.c.owner_id == owner_id)
    return bool((await connection.execute(found)).rowcount)
