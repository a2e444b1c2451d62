"""Lists, saves, changes, deletes and opens the lists of people that somebody has given a name."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from uuid import uuid4

from api.lists.views import view_json, view_query
from api.portal.people.list_query import ListQuery, list_query
from cli.database import open_database
from cli.options import answer
from cli.output.tables import said, table
from cli.sign_in.identity import acting
from cli.terminal import ExitStatus, fail, out, print_json
from database.engine import Database
from database.portal.saved_views import change_view, delete_view, read_views, save_view
from domain.plain_text import bounded_line, one_line
from domain.portal.saved_view import LONGEST_NAME, MOST_OF_ONE, SavedView
from domain.tables.people import PeopleFilter, PeopleOrder

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
        print_json([view_json(one, me) for one in views])
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
    name: str,
    wanted: PeopleFilter,
    order: PeopleOrder,
    *,
    descending: bool,
    shared: bool,
    as_json: bool,
) -> None:
    """Keep a view; one of the same name is replaced.

    Raises:
        DatabaseError: the tables can't be written.
    """
    me = await _must_be_known()
    name = _name(name)
    try:
        query = view_query(wanted, order, descending=descending)
    except ValueError as error:
        fail(str(error), ExitStatus.USAGE)
    view = SavedView(
        view_id=str(uuid4()),
        owner_id=me,
        name=name,
        shared=shared,
        filters=query.values,
        created_at=datetime.now(UTC),
    )
    async with open_database() as database, database.writing() as connection:
        if not await save_view(connection, view):
            fail(f"You have {MOST_OF_ONE} views already: delete one first.")
    answer(
        view_json(view, me),
        f"The view {name} was saved: `mfa-rollout people list --view` shows it.",
        as_json=as_json,
    )


async def change_one(name: str, *, to: str | None, shared: bool | None, as_json: bool) -> None:
    """Rename or share one of somebody's own views.

    Raises:
        DatabaseError: the tables can't be written.
    """
    me = await _must_be_known()
    if to is None and shared is None:
        fail("Say what to change: --name, --shared or --not-shared.", ExitStatus.USAGE)
    called = None if to is None else _name(to)
    async with open_database() as database:
        view = _only_one([one for one in await _read(database, me) if one.owner_id == me], name)
        async with database.writing() as connection:
            await change_view(connection, view.view_id, me, name=called, shared=shared)
    changed = replace(
        view,
        name=called or view.name,
        shared=view.shared if shared is None else shared,
    )
    told = "others may open it" if changed.shared else "only you may open it"
    answer(view_json(changed, me), f"The view {changed.name} is kept: {told}.", as_json=as_json)


async def delete_one(name: str, *, as_json: bool) -> None:
    """Delete one of somebody's own views, or one that another shares.

    Raises:
        DatabaseError: the tables can't be written.
    """
    me = await _me()
    async with open_database() as database:
        view = _only_one(await _read(database, me), name, me)
        async with database.writing() as connection:
            await delete_view(connection, view.view_id, owner_id=None)
    answer(
        {"viewId": view.view_id, "deleted": True},
        f"The view {view.name} was deleted.",
        as_json=as_json,
    )


async def opened(name: str, wanted: PeopleFilter) -> tuple[ListQuery, PeopleFilter]:
    """Return a view, and its filter with what is wanted besides, which comes first.

    Leaves with 2 where there is no such view, or more than one, or where it has a filter that is
    unknown: without it others would be found.

    Raises:
        DatabaseError: the tables can't be read.
    """
    me = await _me()
    async with open_database() as database:
        view = _only_one(await _read(database, me), name, me)
    query = list_query(view.filters)
    if query.unknown:
        unknown = "; ".join(query.unknown)
        fail(f"The view {view.name} has a filter that is unknown: {unknown}.", ExitStatus.USAGE)
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


def _name(text: str) -> str:
    name = bounded_line(text, LONGEST_NAME)
    if not name:
        fail("The view needs a name.", ExitStatus.USAGE)
    return name


async def _must_be_known() -> str:
    me = await _me()
    if me is None:
        fail(_NOT_SIGNED_IN)
    return me


async def _me() -> str | None:
    """Return who has signed in; None where nobody has."""
    return (await acting()).object_id


async def _read(database: Database, me: str | None) -> list[SavedView]:
    async with database.reading() as connection:
        return await read_views(connection, me)


def _in_words(view: SavedView) -> str:
    return ", ".join(f"{name} {value}" for name, value in view.filters.items()) or "everybody"
