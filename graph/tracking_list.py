"""The SharePoint list that shows where everyone stands: one item a user.

Source: Graph's pages "Create item", "Update listItem", "List items". Columns are called by their
internal names, values are of JSON's types.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from domain.failures import BadRequest, DuplicateValue, NotFound, RolloutError, UnexpectedAnswer
from domain.plain_text import encodable
from domain.tracking_list.columns import COLUMNS
from graph.http.answers import Json
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.urls import literal, segment
from graph.list_columns import keeps_values

_PAGE = "1000"
# SharePoint counts from 1.
_NO_SUCH_ITEM = "0"
# So often the changes are read from their beginning, where the service has lost their place.
_DELTA_TRIES = 2
# What the service answers to a call that it doesn't have.
_KNOWS_NO_DELTA = frozenset({400, 404, 405, 501})
_READ = "Sites.Selected with a grant on the site (SITE_ID)"
# A site that is read-only refuses a write by the same words as one without a grant:
# https://learn.microsoft.com/sharepoint/manage-lock-status
_WRITE = (
    "Sites.Selected with a write grant on the site (SITE_ID), or unlock the site if it is "
    "read-only (Set-SPOSite -LockState Unlock)"
)
_SITE = Purpose(
    doing="open the site of the tracking list",
    grant=_READ,
    absent="The site of the tracking list does not exist. Check SITE_ID.",
)
_LIST = Purpose(
    doing="open the tracking list",
    grant=_READ,
    absent="The site has no such list. Check LIST_ID, or run `mfa-rollout provision`.",
)
_ITEM_ABSENT = "The item is not on the tracking list. Somebody may have deleted it."
_READ_ITEM = Purpose(doing="read the tracking list", grant=_READ, absent=_ITEM_ABSENT)
_WRITE_ITEM = Purpose(doing="write to the tracking list", grant=_WRITE, absent=_ITEM_ABSENT)
_CREATE = Purpose(
    doing="add an item to the tracking list",
    grant=_WRITE,
    absent="The tracking list does not exist. Check SITE_ID and LIST_ID.",
)
_SEARCH = Purpose(doing="search the tracking list", grant=_READ, absent=_CREATE.absent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the list."""

    id: str
    fields: dict[str, object]
    # The version that was read, as SharePoint names it.
    etag: str | None = field(default=None, compare=False)


class TrackingList:
    """Reads and writes the items of one list."""

    def __init__(self, client: GraphClient, site_id: str, list_id: str) -> None:
        """Use the list with these ids."""
        self._client = client
        self._site = f"/sites/{segment(site_id)}"
        self._list = f"{self._site}/lists/{segment(list_id)}"

    async def check(self) -> None:
        """Make sure that the list is there and may be read.

        Raises:
            NotFound: the message names SITE_ID or LIST_ID, whichever is wrong.
        """
        only_id = {"$select": "id"}
        try:
            await self._client.get(self._list, _LIST, params=only_id)
        except NotFound:
            await self.check_site()
            raise

    @property
    def is_pressed(self) -> bool:
        """Say whether SharePoint has little left for us, so that people's rows come first."""
        return self._client.is_pressed(self._list)

    async def web_url(self) -> str:
        """Return where people see the list in a browser; empty where Microsoft doesn't say."""
        found = await self._client.get(self._list, _LIST, params={"$select": "id,webUrl"})
        return str(found.get("webUrl") or "")

    async def check_site(self) -> None:
        """Make sure that the site is there and may be opened.

        Raises:
            NotFound: the message names SITE_ID.
            PermissionDenied: the app has no grant on it.
        """
        await self._client.get(self._site, _SITE, params={"$select": "id"})

    async def check_writing(self) -> None:
        """Make sure that the list may be written, without writing: no item has this id.

        Raises:
            PermissionDenied: the app's grant on the site is for reading only.
        """
        with suppress(NotFound, BadRequest):
            await self.update(_NO_SUCH_ITEM, {})

    async def create(self, fields: Mapping[str, object]) -> Item:
        """Add an item. Not idempotent by itself; the unique column makes it so.

        Raises:
            DuplicateValue: a unique column holds the value already; look it up with ``find``.
            BadRequest: a value is refused, or columns are missing, which the message names.
            ServiceUnavailable: it may have been added all the same; a repeat then says
                ``DuplicateValue``.
        """
        body = {"fields": dict(fields)}
        try:
            answer = await self._client.post(f"{self._list}/items", _CREATE, json=body)
        except DuplicateValue:
            raise
        except BadRequest as refusal:
            if await self._holds_one_of(fields):
                # Said in the site's language.
                raise DuplicateValue(
                    str(refusal), status=refusal.status, code=refusal.code
                ) from None
            raise await self._explained(refusal) from None
        # Some answers leave the fields out: they are those that were sent.
        return _item(body | (answer or {}))

    async def find(self, column: str, value: str) -> tuple[Item, ...]:
        """Return the items with this text in an indexed column.

        No item is no proof that there is none: the index lags, and a unique column decides.

        Raises:
            BadRequest: there is no such column, or it isn't indexed; the message says so.
        """
        condition = f"fields/{column} eq {literal(value)}"
        params = {"$expand": "fields", "$filter": condition}
        rows = self._client.pages(f"{self._list}/items", _SEARCH, params=params)
        try:
            return tuple([_item(row) async for row in rows])
        except BadRequest as refusal:
            raise await self._explained(refusal) from None

    async def get(self, item_id: str) -> Item:
        """Return one item.

        Raises:
            NotFound: it was deleted.
        """
        params = {"$expand": "fields"}
        return _item(await self._client.get(self._path(item_id), _READ_ITEM, params=params))

    async def columns(self) -> dict[str, Json]:
        """Return the list's columns as Graph defines them, by their internal names."""
        rows = self._client.pages(f"{self._list}/columns", _LIST)
        return {str(row.get("name")): row async for row in rows}

    async def columns_kept(self) -> dict[str, bool]:
        """Return the list's columns, and whether each keeps what we write as it is written."""
        found = await self.columns()
        kept = {
            one.name: keeps_values(one, found[one.name]) for one in COLUMNS if one.name in found
        }
        return dict.fromkeys(found, True) | kept

    async def all(self, columns: Sequence[str] = ()) -> AsyncIterator[Item]:
        """Yield every item once, by way of the changes since there was none, where there is such.

        ``/items`` holds to a filter that somebody set on the default view
        (microsoft-graph-docs#21195), and this doesn't; neither has a row threshold. Only these
        columns are read, or all of them. An item that is changed meanwhile comes again at the end.
        Where a link to the next changes is refused each time, the rest comes from ``/items``.
        https://learn.microsoft.com/graph/api/listitem-delta
        """
        seen: set[str] = set()
        fields = f"fields($select={','.join(columns)})" if columns else "fields"
        params = {"$expand": fields, "$top": _PAGE}
        items = f"{self._list}/items"
        for _ in range(_DELTA_TRIES):
            try:
                changes = self._client.pages(f"{items}/delta", _SEARCH, params=params, delta=True)
                async for row in changes:
                    if "deleted" not in row and (item := _item(row)).id not in seen:
                        seen.add(item.id)
                        yield item
            except RolloutError as failure:
                if failure.status == HTTPStatus.GONE:
                    continue
                if seen or failure.status not in _KNOWS_NO_DELTA:
                    raise
                # Microsoft's national clouds don't have all of Graph.
                break
            else:
                return
        async for row in self._client.pages(items, _SEARCH, params=params):
            if (item := _item(row)).id not in seen:
                yield item

    async def update(self, item_id: str, fields: Mapping[str, object]) -> Mapping[str, object]:
        """Set these columns and leave the others alone. Idempotent; None empties a column.

        Returns all columns as they are now, none where Microsoft doesn't say.

        Raises:
            Conflict: SharePoint says that the item was changed meanwhile.
            BadRequest: a column doesn't take its value; nothing was written.
            NotFound: it was deleted.
        """
        return (
            await self._client.patch(
                f"{self._path(item_id)}/fields",
                _WRITE_ITEM,
                json=dict(fields),
            )
            or {}
        )

    async def delete(self, item: Item) -> None:
        """Remove an item as it was read. Idempotent: one that is gone stays gone.

        Raises:
            Conflict: somebody has changed it since; look again whether it is to go.
        """
        as_read = {"If-Match": item.etag} if item.etag else None
        try:
            await self._client.delete(self._path(item.id), _WRITE_ITEM, headers=as_read)
        except NotFound:
            return

    async def _holds_one_of(self, fields: Mapping[str, object]) -> bool:
        """Say whether a unique column is seen to hold one of these values already."""
        for column in COLUMNS:
            value = fields.get(column.name)
            if column.unique and isinstance(value, str):
                with suppress(BadRequest):
                    if await self.find(column.name, value):
                        return True
        return False

    async def wrong_columns(self) -> str:
        """Return what is wrong with the list's columns, in words; nothing where all is well."""
        params = {"$select": "name,indexed"}
        rows = self._client.pages(f"{self._list}/columns", _LIST, params=params)
        found = {str(row.get("name")): row.get("indexed") is True async for row in rows}
        missing = [one.name for one in COLUMNS if one.name not in found]
        unindexed = [one.name for one in COLUMNS if one.indexed and found.get(one.name) is False]
        wrong = [f"lacks the columns {', '.join(missing)}"] if missing else []
        wrong += [f"has no index on {', '.join(unindexed)}"] if unindexed else []
        return " and ".join(wrong)

    async def _explained(self, refusal: BadRequest) -> BadRequest:
        """Return the same refusal, with what is wrong with the list's columns, if anything is."""
        wrong = await self.wrong_columns()
        if not wrong:
            return refusal
        return BadRequest(
            f"The tracking list {wrong}. Run `mfa-rollout provision`.",
            status=refusal.status,
            code=refusal.code,
        )

    def _path(self, item_id: str) -> str:
        return f"{self._list}/items/{segment(item_id)}"


def _item(row: Json) -> Item:
    item_id, fields = row.get("id"), row.get("fields")
    if not isinstance(item_id, str) or not isinstance(fields, dict):
        raise UnexpectedAnswer("SharePoint describes an item without id or fields.")
    etag = row.get("eTag")
    return Item(
        id=item_id,
        fields={name: encodable(value) for name, value in fields.items()},
        etag=etag if isinstance(etag, str) else None,
    )
