"""A write to the list that came late: what others wrote meanwhile is written again."""

from dataclasses import replace
from typing import TYPE_CHECKING

from activities.tracking_list.column_writes import write_columns
from activities.tracking_list.row_writes import RowRecorder, WriteRowInput
from domain.failures import NotFound
from domain.tables.enrolment import WriteOutcome
from domain.tracking_list.own_token import with_own_token
from domain.tracking_list.row import object_id_in

if TYPE_CHECKING:
    from graph.tracking_list import TrackingList


class LateWrites:
    """Puts right what a worker has written that was stopped before, and has gone on since.

    The list has no revisions, and the tables have: every write is in the tables before it is on the
    list, so whoever looks there after writing to the list sees each later write that came before.
    """

    def __init__(
        self, tracking_list: "TrackingList", recorder: RowRecorder, token_key: bytes
    ) -> None:
        """Take list and tables, and the key of new tokens."""
        self._list = tracking_list
        self._recorder = recorder
        self._token_key = token_key

    async def put_right(self, write: WriteRowInput, item_id: str) -> None:
        """Make the item as the tables have it, where they have a later row than this write's.

        Of somebody who was erased since, the item goes.

        Raises:
            RolloutError: tables or list are away.
        """
        object_id, columns = write.record.object_id, write.changes or write.item
        revision = write.record.revision
        while (now := await self._recorder.as_written(object_id)) is not None:
            if now.revision <= revision:
                return
            # What is of another's row by now is left to a reconcile.
            fields = {name: now.written[name] for name in columns if name in now.written}
            if fields and await self._is_theirs(item_id, object_id):
                fields = with_own_token(fields, object_id, self._token_key)
                await write_columns(self._list, item_id, fields)
            revision = now.revision
        if await self._recorder.record(replace(write, events=())) is WriteOutcome.ERASED:
            await self._remove(item_id, object_id)

    async def _is_theirs(self, item_id: str, object_id: str) -> bool:
        try:
            item = await self._list.get(item_id)
        except NotFound:
            return False
        return object_id_in(item.fields) in {None, object_id}

    async def _remove(self, item_id: str, object_id: str) -> None:
        try:
            item = await self._list.get(item_id)
        except NotFound:
            return
        if object_id_in(item.fields) == object_id:
            await self._list.delete(item)
