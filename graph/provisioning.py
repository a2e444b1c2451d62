"""Making the tracking list what the rollout needs: adds what is missing, never destroys.

Source: Graph's pages "Create list", "Create columnDefinition", "Update columnDefinition".
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from domain.failures import BadRequest, NotFound, PermissionDenied
from domain.tracking_list.columns import COLUMNS, Column
from graph.http.answers import Json, id_of
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.urls import literal, segment
from graph.list_columns import changes, definition, in_words, wrong_type

_MANAGE = (
    "Sites.Manage.All, or a manage grant on the site, to the app that provisions; a person who "
    "signs in must be an owner of the site as well"
)
_ABSENT = "The site of the tracking list does not exist. Check SITE_ID."
_READ = Purpose(doing="read the lists of the site", grant=_MANAGE, absent=_ABSENT)
_CREATE = Purpose(doing="create the tracking list", grant=_MANAGE, absent=_ABSENT)
_COLUMNS = Purpose(
    doing="change the columns of the tracking list",
    grant=_MANAGE,
    absent="The tracking list has disappeared meanwhile. Run it again.",
)
TITLE = "Title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the report: something that was done, or that needs fixing."""

    text: str
    needs_action: bool = False


class ListProvisioning:
    """Looks at one site's tracking list, and adds to it."""

    def __init__(self, client: GraphClient, site_id: str) -> None:
        """Use the site with this id."""
        self._client = client
        self._site = f"/sites/{segment(site_id)}"

    async def find(self, *, list_id: str | None, name: str) -> str | None:
        """Return the id of the list: by id, else by its display name; None when there is neither.

        Raises:
            NotFound: there is no such site.
        """
        only = {"$select": "id,displayName"}
        if list_id is not None:
            try:
                found = await self._client.get(self._list(list_id), _READ, params=only)
            except NotFound:
                pass
            else:
                return id_of(found, _READ)
        named = only | {"$filter": f"displayName eq {literal(name)}"}
        rows = self._client.pages(f"{self._site}/lists", _READ, params=named)
        found_ids = [id_of(row, _READ) async for row in rows]
        return found_ids[0] if found_ids else None

    async def create(self, name: str) -> str:
        """Create the list with all its columns, and return its id.

        ``Title`` is added by SharePoint itself; ``bring_up_to_date`` indexes it.
        """
        body: Json = {
            "displayName": name,
            "list": {"template": "genericList"},
            "columns": [definition(column) for column in COLUMNS if column.name != TITLE],
        }
        made = await self._client.post(f"{self._site}/lists", _CREATE, json=body) or {}
        return id_of(made, _CREATE)

    async def bring_up_to_date(self, list_id: str) -> AsyncIterator[Step]:
        """Add each column, index, choice and uniqueness that is missing, and tell of each.

        Idempotent. A column of another type is left alone and told of.
        """
        path = f"{self._list(list_id)}/columns"
        found = {str(row.get("name")): row async for row in self._client.pages(path, _COLUMNS)}
        for column in COLUMNS:
            existing = found.get(column.name)
            if existing is None:
                await self._client.post(path, _COLUMNS, json=definition(column))
                yield Step(text=f"column {column.name}: created")
            elif other := wrong_type(column, existing):
                yield Step(text=_wrong(column, other), needs_action=True)
            elif change := changes(column, existing):
                yield await self._change(path, column, existing, change)

    async def _change(self, path: str, column: Column, existing: Json, change: Json) -> Step:
        try:
            column_path = f"{path}/{segment(str(existing['id']))}"
            await self._client.patch(column_path, _COLUMNS, json=change)
        except PermissionDenied:
            raise
        except BadRequest as refusal:
            hint = " Remove rows that have the same value twice." if column.unique else ""
            return Step(
                text=f"column {column.name}: {in_words(change)} can't be added. {refusal}{hint}",
                needs_action=True,
            )
        return Step(text=f"column {column.name}: added {in_words(change)}")

    def _list(self, list_id: str) -> str:
        return f"{self._site}/lists/{segment(list_id)}"


def _wrong(column: Column, other: str) -> str:
    return (
        f"column {column.name}: is {other}, not {column.kind.value}, and was left alone. Move what "
        "it holds to a column of another name, delete it, and run this again."
    )
