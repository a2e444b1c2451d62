"""Lists, saves, deletes and opens the lists of people that somebody has given a name."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from api.portal.people.list_query import FILTERS, SORTS, ListQuery, list_query
from cli.database import open_database
from cli.options import answer
from cli.people.tables import iso, said, table
from cli.sign_in.identity import acting
from cli.terminal import ExitStatus, fail, out, print_json
from database.engine import Database
from database.portal.saved_views import delete_view, read_views, save_view
from domain.plain_text import bounded_line, one_line
from domain.portal.saved_view import LONGEST_NAME, MOST_OF_ONE, SavedView
from domain.tables.people import PeopleFilter

_NAMES = {"batch_id": "batch"}
_NOT_SIGNED_IN = "A view belongs to a person: run `mfa-rollout sign-in` first."


async def list_views(*, as_json: bool) -> None:
    """Print the views that somebody may open.

    Raises:
        DatabaseError: the tables can't be read.
    """
    me = await _me()
    async with open_database() as database:
        views = await _read(database, me)
    if as_json:
        print_json([_as_json(one, me) for one in views])
        return
    if not views:
        out.print("There are no views: `mfa-rollout views save NAME` keeps one.", soft_wrap=True)
        return
    listed = table("Name", "Filters", "Whose", "Id")
    for one in views:
        whose = "yours" if one.owner_id == me else "another's"
        listed.add_row(
            said(one.name),
            said(_in_words(one)),
            f"{whose}, shared" if one.shared else whose,
            one.view_id[:8],
        )
    out.print(listed)


async def save_one(
    name: str, options: Mapping[str, object], *, shared: bool, as_json: bool
) -> None:
    """Keep a view; one of the same name is replaced.

    Raises:
        DatabaseError: the tables can't be written.
    """
    me, name = await _me(), bounded_line(name, LONGEST_NAME)
    address = _as_address(options)
    if address["sort"] not in SORTS:
        fail(f"A view has one of these orders: {', '.join(SORTS)}.", ExitStatus.USAGE)
    if me is None:
        fail(_NOT_SIGNED_IN)
    if not name:
        fail("The view needs a name.", ExitStatus.USAGE)
    view = SavedView(
        view_id=str(uuid4()),
        owner_id=me,
        name=name,
        shared=shared,
        filters=list_query(address).values,
        created_at=datetime.now(UTC),
    )
    async with open_database() as database, database.writing() as connection:
        for one in await read_views(connection, me):
            if one.owner_id == me and one.name.casefold() == name.casefold():
                await delete_view(connection, one.view_id, owner_id=me)
        if not await save_view(connection, view):
            fail(f"You have {MOST_OF_ONE} views already: delete one first.")
    answer(
        _as_json(view, me),
        f"The view {name} was saved: `mfa-rollout people list --view` shows it.",
        as_json=as_json,
    )


async def delete_one(name: str, *, as_json: bool) -> None:
    """Delete one of somebody's own views.

    Raises:
        DatabaseError: the tables can't be written.
    """
    me = await _me()
    if me is None:
        fail(_NOT_SIGNED_IN)
    async with open_database() as database:
        mine = [one for one in await _read(database, me) if one.owner_id == me]
        view = _only_one(mine, name)
        async with database.writing() as connection:
            await delete_view(connection, view.view_id, owner_id=me)
    answer(
        {"viewId": view.view_id, "deleted": True},
        f"The view {view.name} was deleted.",
        as_json=as_json,
    )


async def opened(name: str, wanted: PeopleFilter) -> tuple[ListQuery, PeopleFilter]:
    """Return a view, and its filter with what is wanted besides, which comes first.

    Leaves with 2 where there is no such view, or more than one.

    Raises:
        DatabaseError: the tables can't be read.
    """
    me = await _me()
    async with open_database() as database:
        view = _only_one(await _read(database, me), name, me)
    query = list_query(view.filters)
    given = {
        one.name: value
        for one in fields(PeopleFilter)
        if (value := getattr(wanted, one.name)) is not None
    }
    return query, replace(query.filter, **given)


def _only_one(views: list[SavedView], name: str, me: str | None = None) -> SavedView:
    """Return the view that is meant: one's own before those of others."""
    found = [one for one in views if one.name.casefold() == name.strip().casefold()]
    found = found or [one for one in views if name and one.view_id.startswith(name.casefold())]
    found = [one for one in found if one.owner_id == me] or found
    if not found:
        fail(
            f"There is no view {one_line(name)}: `mfa-rollout views list` shows them.",
            ExitStatus.USAGE,
        )
    if len(found) > 1:
        ids = ", ".join(one.view_id[:8] for one in found)
        fail(f"Several views are called so: name one by its id: {ids}.", ExitStatus.USAGE)
    return found[0]


async def _me() -> str | None:
    """Return who has signed in; None where nobody has."""
    return (await acting()).object_id


async def _read(database: Database, me: str | None) -> list[SavedView]:
    async with database.reading() as connection:
        return await read_views(connection, me)


def _as_address(options: Mapping[str, object]) -> dict[str, str]:
    """Return a verb's options as the address of the portal's list has them."""
    given = {_NAMES.get(name, name): value for name, value in options.items()}
    if given.pop("descending"):
        given["sort"] = f"-{given['sort']}"
    if given["ended"] is not None:
        given["ended"] = "ended" if given["ended"] else "running"
    given["ended"] = given.pop("ended_as") or given["ended"]
    if given["escalated"] is not None:
        given["escalated"] = "yes" if given["escalated"] else "no"
    given["no_department"] = "yes" if given["no_department"] else None
    return {
        name: str(value) for name, value in given.items() if name in {*FILTERS, "sort"} and value
    }


def _in_words(view: SavedView) -> str:
    return ", ".join(f"{name} {value}" for name, value in view.filters.items()) or "everybody"


def _as_json(view: SavedView, me: str | None) -> dict[str, Any]:
    return {
        "viewId": view.view_id,
        "name": view.name,
        "filters": view.filters,
        "shared": view.shared,
        "isMine": view.owner_id == me,
        "createdAt": iso(view.created_at),
    }
