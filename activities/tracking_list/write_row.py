"""Writing one user's row on the tracking list."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from temporalio import activity

from domain.failures import BadRequest, Conflict, DuplicateValue, NotFound
from domain.tracking_list.columns import Fields
from domain.tracking_list.row import object_id_in

if TYPE_CHECKING:
    from graph.tracking_list import TrackingList


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteItemInput:
    """The columns to write, and all of them in case that the row has to be made again."""

    item_id: str | None
    changes: Fields
    item: Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteItemResult:
    """The row's id, which is another one after it was made again, and what the list refused."""

    item_id: str
    refused: tuple[str, ...] = field(default_factory=tuple)


class TrackingListActivities:
    """Mirrors enrolments to the list. Hand edits never steer, so ours simply win."""

    def __init__(self, *, tracking_list: "TrackingList") -> None:
        """Take the client."""
        self._list = tracking_list

    @activity.defn
    async def write_item(self, input: WriteItemInput) -> WriteItemResult:
        """Write the changed columns; a row that was deleted by hand is made again.

        Idempotent: it sets values. A 400 is retried column by column: the offender is skipped and
        named in the result, the rest is written. Conflicts are read again by writing again.

        Raises:
            NotFound: the list itself is missing (not retried by the service's word; the mirror
                goes on trying, since the row must not stay stale).
        """
        if input.item_id is None:
            return await self._find_or_create(input)
        try:
            if input.changes.get("ErrorDetails") and await self._is_anothers(input):
                return WriteItemResult(item_id=input.item_id)
            return await self._write(input.item_id, input.changes)
        except NotFound:
            await self._list.check()
            return await self._find_or_create(input)

    async def _is_anothers(self, input: WriteItemInput) -> bool:
        """Say whether somebody new has taken the row over, whom our last words aren't about.

        Only looked at before something is complained of: that the old owner is gone, above all.
        """
        item = await self._list.get(str(input.item_id))
        return object_id_in(item.fields) not in {None, input.item.get("ObjectId")}

    async def _find_or_create(self, input: WriteItemInput) -> WriteItemResult:
        for column in ("ObjectId", "Title"):
            found = await self._list.find(column, str(input.item[column]))
            if found:
                oldest = min(found, key=lambda item: int(item.id))
                return await self._write(oldest.id, input.item)
        try:
            created = await self._list.create(input.item)
        except DuplicateValue:
            raise Conflict("The row was made in the meantime, but can't be found yet.") from None
        except BadRequest:
            title = {"Title": input.item["Title"]}
            created = await self._list.create(title)
            return await self._write(created.id, input.item)
        return WriteItemResult(item_id=created.id)

    async def _write(self, item_id: str, fields: Fields) -> WriteItemResult:
        try:
            await self._list.update(item_id, fields)
        except BadRequest:
            return WriteItemResult(item_id=item_id, refused=await self._singly(item_id, fields))
        return WriteItemResult(item_id=item_id)

    async def _singly(self, item_id: str, fields: Fields) -> tuple[str, ...]:
        refused = []
        for name, value in fields.items():
            try:
                await self._list.update(item_id, {name: value})
            except BadRequest:
                refused.append(name)
        return tuple(refused)
