"""Lists that somebody gives a name: saved, shared, renamed and deleted."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from fastapi import APIRouter, Response

from api.portal.access import FormOf, VisitorOf
from api.portal.people.list_query import PEOPLE, ListQuery, list_query_at
from api.portal.services import Portal, PortalOf
from database.portal.saved_views import change_view, delete_view, save_view
from database.portal.sessions import add_notice
from domain.plain_text import bounded_line
from domain.portal.roles import Permission
from domain.portal.saved_view import LONGEST_NAME, MOST_OF_ONE, SavedView

router = APIRouter(include_in_schema=False)

_GONE = "This view is not yours, or it is gone already. Nothing was changed."


@router.post(f"{PEOPLE}/views")
async def save(form: FormOf, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Keep the list that is shown under a name."""
    query = list_query_at(str(form.get("query", "")))
    name = bounded_line(str(form.get("name", "")), LONGEST_NAME)
    view = SavedView(
        view_id=str(uuid4()),
        owner_id=visitor.session.actor_id,
        name=name,
        shared=form.get("shared") == "yes",
        filters=query.values,
        created_at=datetime.now(UTC),
    )
    async with portal.database.writing() as connection:
        if not name:
            kind, text = "bad", "The view was not saved: it needs a name."
        elif await save_view(connection, view):
            kind, text = "good", f"The view {name} was saved."
        else:
            kind, text = "bad", f"You have {MOST_OF_ONE} views already: delete one first."
        await add_notice(connection, visitor.session.id_hash, kind, text)
    return _back(portal, query)


@router.post(f"{PEOPLE}/views/{{view_id}}")
async def change(view_id: UUID, form: FormOf, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Rename or share a view of one's own, or delete it; an admin may delete anybody's."""
    me = visitor.session.actor_id
    name = bounded_line(str(form.get("name", "")), LONGEST_NAME)
    async with portal.database.writing() as connection:
        if form.get("do") == "delete":
            owner = None if visitor.may(Permission.BULK) else me
            done = await delete_view(connection, str(view_id), owner_id=owner)
            text = "The view was deleted."
        else:
            shared = form.get("shared") == "yes"
            done = bool(name) and await change_view(
                connection, str(view_id), me, name=name, shared=shared
            )
            text = f"The view is now called {name}."
        kind, text = ("good", text) if done else ("bad", _GONE)
        await add_notice(connection, visitor.session.id_hash, kind, text)
    return _back(portal, ListQuery())


def _back(portal: Portal, query: ListQuery) -> Response:
    return portal.go_to(query.path())
