"""What a rebuild learns from the tracking list, and which rows it lets enrolments make again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from temporalio.client import Client

from activities.tracking_list.list_comparison import ListComparison
from activities.tracking_list.reconcile_report import ReconcileReport
from database.enrolments.records import EnrolmentRecords
from database.tracking_list.list_pass import ListPass
from domain.instants import believable, read_instant
from domain.tracking_list.recovery import record_of_item
from graph.groups import EnforcementGroup
from graph.tracking_list import TrackingList


@dataclass(slots=True, kw_only=True)
class FromList:
    """What was learnt.

    Attributes:
        people: people of whom only the list tells.
        later_members: people whom an admin has added to the group after their enrolment ended.
        older_tokens: tokens that aren't ours.
        created_again: enrolments that were asked to make their row again.
    """

    people: int = 0
    later_members: int = 0
    older_tokens: int = 0
    created_again: int = 0


class ListRecovery:
    """Reads the whole list once, after the histories. Idempotent."""

    def __init__(
        self,
        *,
        client: Client,
        tracking_list: TrackingList,
        group: EnforcementGroup,
        records: EnrolmentRecords,
        tables: ListPass,
        token_keys: Sequence[bytes],
    ) -> None:
        """Take Temporal's client, the list, the group, the tables and the ring of keys."""
        self._client = client
        self._list = tracking_list
        self._group = group
        self._records = records
        self._tables = tables
        self._keys = token_keys

    async def run(self) -> FromList:
        """Write what the tables lack, and ask whose row the list lacks to make it again.

        The list may be another one: its rows were deleted, or it was made anew.

        Raises:
            DatabaseUnavailable: the tables can't be written.
            RolloutError: list or group can't be read.
            RPCError: Temporal can't be reached.
        """
        kept = await self._list.columns_kept()
        comparison = ListComparison(self._list, self._tables, kept, self._keys)
        seen = ReconcileReport()
        await comparison.read_list(seen)
        # Whoever rebuilds has looked that the list is the right one.
        await comparison.finish(forgets=True)
        found = FromList(older_tokens=seen.older_tokens)
        for object_id in await self._tables.lacking(sorted(comparison.holders)):
            item = comparison.holders[object_id]
            row = record_of_item(object_id, item.id, item.fields, datetime.now(UTC))
            await self._records.write(row, ())
            found.people += 1
        for object_id, item in sorted(comparison.later_members.items()):
            # People edit the list, so it alone puts nobody into the group.
            if await self._group.is_member(object_id):
                now = datetime.now(UTC)
                at = believable(read_instant(item.fields.get("AddedToGroupDate")), now) or now
                found.later_members += await self._tables.joined_later(object_id, at)
        await self._tables.note_taken_over()
        await comparison.read_tables(seen)
        rows = comparison.row_requests(self._client, asked_by=str(uuid4()))
        for object_id, item_id in comparison.rowless():
            await rows.put_right(object_id, item_id, seen)
        found.created_again = seen.created_again
        return found
