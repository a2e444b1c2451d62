"""One pass over the list and the tables: who differs, who is missing, whose tokens are there."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from temporalio.client import Client

from activities.tracking_list.duplicate_rows import note_duplicate
from activities.tracking_list.reconcile_report import ReconcileReport
from activities.tracking_list.row_requests import RowRequests
from domain.instants import microseconds
from domain.status import EnrolmentEnd
from domain.tracking_list.own_token import as_on_list, is_ours
from domain.tracking_list.problem_column import COLUMN_OF_PROBLEMS
from domain.tracking_list.reconciliation import differing, is_lost
from domain.tracking_list.row import object_id_in, token_in

if TYPE_CHECKING:
    from database.tracking_list.list_pass import ListPass
    from database.tracking_list.mirrored_rows import MirroredRow
    from graph.tracking_list import Item, TrackingList

_AT_ONCE = 1000


class ListComparison:
    """Reads the list by pages, and keeps little more than ids of what is as it should be."""

    def __init__(
        self,
        tracking_list: "TrackingList",
        tables: "ListPass",
        columns_kept: Mapping[str, bool],
        token_keys: Sequence[bytes],
    ) -> None:
        """Take both sides, the list's columns and the ring of keys.

        ``columns_kept`` says of each column whether it keeps what is written: others aren't
        compared.
        """
        self._list = tracking_list
        self._tables = tables
        self._columns = frozenset(name for name, keeps in columns_kept.items() if keeps)
        self.not_kept = tuple(name for name, keeps in columns_kept.items() if not keeps)
        self._keys = token_keys
        self._begun = microseconds(datetime.now(UTC))
        self._number = 0
        self._met: dict[str, str] = {}
        self._strangers: set[str] = set()
        self._others: dict[str, list[Item]] = {}
        self._different: dict[str, str] = {}
        self._missing: dict[str, str | None] = {}
        # Rows that differ in the token alone: it was made with a key that has been dropped since.
        self._outdated: dict[str, str] = {}
        # Rows that differ in the sentence about a problem alone: its wording may be another since.
        self._reworded: dict[str, str] = {}
        # Rows that hold nothing, or the day alone, where more was written: a column was made anew.
        self._emptied: dict[str, str] = {}
        # Rows that hold a token of ours, of people who aren't in the tables.
        self.holders: dict[str, Item] = {}
        # Rows of Active people that say they are in the group, and the tables don't.
        self.later_members: dict[str, Item] = {}

    def candidates(self) -> Iterator[tuple[str, str | None]]:
        """Yield who needs another look: the ObjectId, and the item where it is known."""
        yield from self._different.items()
        yield from self._outdated.items()
        yield from self._reworded.items()
        yield from self._emptied.items()
        yield from self.rowless()

    def row_requests(self, client: Client, *, asked_by: str) -> RowRequests:
        """Return what asks the enrolments of those who need it to write again."""
        return RowRequests(
            client=client,
            tracking_list=self._list,
            tables=self._tables,
            columns=self._columns,
            token_keys=self._keys,
            asked_by=asked_by,
        )

    def rowless(self) -> Iterator[tuple[str, str | None]]:
        """Yield who has no row: the ObjectId, and the item that they had."""
        yield from self._missing.items()

    async def read_list(self, report: ReconcileReport) -> None:
        """Compare every row of the list with the tables, and keep tokens that aren't ours."""
        number = await self._tables.next_number()
        portion: list[Item] = []
        async for item in self._list.all():
            portion.append(item)
            if len(portion) == _AT_ONCE:
                await self._compare(portion, number, report)
                portion = []
        await self._compare(portion, number, report)
        self._number = number

    async def finish(self, *, forgets: bool) -> None:
        """Note that the whole list was read; forget tokens that it doesn't hold any more.

        A list without its column of tokens makes nobody's link nobody's.
        """
        has_tokens = "TrackingToken" in self._columns
        await self._tables.finish(self._number, forgets=forgets and has_tokens)

    async def read_tables(self, report: ReconcileReport) -> None:
        """Look for people whose row the list doesn't have, or has under another ObjectId."""
        async for page in self._tables.pages():
            for row in page:
                if row.ended is None:
                    report.compared += 1
                    if row.object_id not in self._met and row.revision < self._begun:
                        self._look_for(row)
        report.different, report.missing = len(self._different), len(self._missing)
        report.outdated_links, report.emptied = len(self._outdated), len(self._emptied)
        report.duplicates = sum(len(others) for others in self._others.values())

    async def note_duplicates(self) -> None:
        """Say in second rows which one is kept up to date."""
        for object_id, others in self._others.items():
            for item in others:
                await note_duplicate(self._list, item, self._met[object_id])

    async def _compare(self, items: "Sequence[Item]", number: int, report: ReconcileReport) -> None:
        report.rows += len(items)
        owners = {item.id: object_id_in(item.fields) for item in items}
        rows = await self._tables.rows_of({one for one in owners.values() if one})
        tokens = []
        for item in items:
            owner = owners[item.id]
            row = rows.get(owner) if owner else None
            if row is None:
                self._strangers.add(item.id)
            elif row.ended is None:
                self._compare_row(item, row)
            elif row.ended is EnrolmentEnd.ACTIVE and _has_joined(item, row):
                self.later_members[row.object_id] = item
            if token := self._older_token(item, owner, row):
                tokens.append((token, item.id, owner))
        report.older_tokens += len(tokens)
        await self._tables.keep_tokens(tokens, pass_number=number)

    def _compare_row(self, item: "Item", row: "MirroredRow") -> None:
        if row.item_id not in {None, item.id} or row.object_id in self._met:
            self._others.setdefault(row.object_id, []).append(item)
            return
        self._met[row.object_id] = item.id
        # What is written during the pass is compared at the next one.
        if row.revision < self._begun:
            self._note_difference(item, row)

    def _note_difference(self, item: "Item", row: "MirroredRow") -> None:
        expected = as_on_list(row.written, item.fields, row.object_id, self._keys)
        names = differing(item.fields, expected, self._columns)
        if names == ("TrackingToken",) and row.own_token and token_in(item.fields):
            self._outdated[row.object_id] = item.id
        elif names == (COLUMN_OF_PROBLEMS,) and expected[COLUMN_OF_PROBLEMS]:
            self._reworded[row.object_id] = item.id
        elif names and all(is_lost(item.fields.get(one), expected[one]) for one in names):
            self._emptied[row.object_id] = item.id
        elif names:
            self._different[row.object_id] = item.id

    def _look_for(self, row: "MirroredRow") -> None:
        if row.item_id in self._strangers:
            self._different[row.object_id] = str(row.item_id)
        elif others := self._others.get(row.object_id):
            # Made again since the tables were written: the oldest is the person's.
            own = min(others, key=lambda item: int(item.id))
            others.remove(own)
            self._met[row.object_id] = own.id
            self._note_difference(own, row)
        else:
            self._missing[row.object_id] = row.item_id

    def _older_token(
        self, item: "Item", owner: str | None, row: "MirroredRow | None"
    ) -> str | None:
        """Return the row's token if we haven't made it; note who lacks a row in the tables.

        Of people being enrolled the tables know the token better: rows are edited by hand.
        """
        if row is not None and row.own_token:
            # Ours, whatever stands there: made with a key that was dropped, or typed over it.
            return None
        if row is not None and row.ended is None and "TrackingToken" in row.written:
            token = token_in(row.written)
        else:
            token = token_in(item.fields)
        if token is None:
            return None
        if owner is not None and is_ours(token, owner, self._keys):
            if row is None:
                self.holders[owner] = item
            return None
        return token.casefold()


def _has_joined(item: "Item", row: "MirroredRow") -> bool:
    is_theirs = row.item_id in {None, item.id}
    return (
        is_theirs and item.fields.get("InGroup") is True and row.written.get("InGroup") is not True
    )
