"""Writing one user's row: on the tracking list for people, in our database for programs."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from activities.metrics import Mirror, measure_lag
from activities.tracking_list.column_writes import write_columns
from activities.tracking_list.late_writes import LateWrites
from activities.tracking_list.row_writes import RowRecorder, WriteRowInput
from domain.failures import BadRequest, Conflict, DuplicateValue, NotFound
from domain.tables.enrolment import WriteOutcome
from domain.tracking_list.columns import Fields
from domain.tracking_list.own_token import with_own_token
from domain.tracking_list.problem_column import with_sentence
from domain.tracking_list.row import names_another, object_id_in

if TYPE_CHECKING:
    from database.enrolments.records import EnrolmentRecords
    from graph.tracking_list import TrackingList
    from temporal.encryption.names import UserPrincipalNames


# So long the list waits for tables that hang.
TABLES_FIRST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRowResult:
    """What came of a write.

    Attributes:
        item_id: the row's id on the list, which is another one after it was made again.
        refused: the columns whose values the list doesn't take.
        hidden_upn: what stands for the user principal name in the search attribute, where names are
            hidden; None where they aren't, and in older runs.
    """

    item_id: str | None
    refused: tuple[str, ...] = field(default_factory=tuple)
    hidden_upn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWritten:
    """What an attempt tells the next one by its heartbeat: the database has the row."""

    revision: int


class RowActivities:
    """Mirrors enrolments to the list and the database. Hand edits never steer, so ours win."""

    def __init__(
        self,
        *,
        tracking_list: "TrackingList",
        records: "EnrolmentRecords",
        senders: Sequence[str],
        token_key: bytes,
        names: "UserPrincipalNames",
    ) -> None:
        """Take list and database, the mailboxes' addresses, the key of new tokens, hidden names."""
        self._token_key = token_key
        self._names = names
        self._list = tracking_list
        self._recorder = RowRecorder(records, senders)
        self._late = LateWrites(tracking_list, self._recorder, token_key)

    @activity.defn
    async def write_row(self, input: WriteRowInput) -> WriteRowResult:
        """Write the changed columns to the list, and the whole row and new events to the database.

        Idempotent: it sets values, and an event is stored once. While one of the two is away, or
        hangs, the other is written all the same, and the next attempt only does the rest. A row
        that was deleted by hand is made again. A 400 of the list is retried column by column: the
        offender is skipped and named in the result. Conflicts are read again by writing again. What
        comes late, since its worker was stopped, changes nothing that was written since.

        Raises:
            DatabaseUnavailable: the database is away; retried.
            NotFound: the list itself is missing (not retried by the service's word; the mirror
                goes on trying, since the row must not stay stale).
        """
        recording = asyncio.ensure_future(self._record(input))
        try:
            # The tables are first: by them a late write is told. They hold the list up no longer.
            # What is wrong with them is told below.
            with suppress(Exception):
                async with asyncio.timeout(TABLES_FIRST.total_seconds()):
                    if await asyncio.shield(recording):
                        return self._named(input, WriteRowResult(item_id=input.item_id))
            # Both to their end, whatever becomes of the other.
            result, outdated = await asyncio.gather(
                self._write_item(self._on_list(input)), recording, return_exceptions=True
            )
        except asyncio.CancelledError:
            recording.cancel()
            raise
        if isinstance(result, BaseException):
            if not isinstance(outdated, BaseException):
                # Only now: a row that is written in one go needs no call of Temporal for it.
                activity.heartbeat(RowWritten(revision=input.record.revision))
            raise result
        if isinstance(outdated, BaseException):
            raise outdated
        await self._put_right(input, result)
        return self._named(input, result)

    async def write_row_if_current(
        self, input: WriteRowInput, *, begun: int
    ) -> WriteRowResult | None:
        """Write the row that was made from the one of revision ``begun``, unless that is outdated.

        The tables say so, and come first: the list has no revisions. None where it is left to
        others: somebody has written the row since, or the person was erased.

        Raises:
            DatabaseUnavailable: the database is away.
            RolloutError: the list wasn't written.
        """
        if await self._recorder.record(input, begun=begun) is not WriteOutcome.APPLIED:
            return None
        result = await self._write_item(self._on_list(input))
        await self._put_right(input, result)
        return self._named(input, result)

    async def _put_right(self, input: WriteRowInput, result: WriteRowResult) -> None:
        if result.item_id is not None and (input.changes or input.item_id is None):
            await self._late.put_right(input, result.item_id)

    def _named(self, input: WriteRowInput, result: WriteRowResult) -> WriteRowResult:
        # Here and not in the workflow, which has no key to hash with.
        upn = input.record.upn
        return replace(result, hidden_upn=self._names.hidden(upn) if upn else None)

    def _on_list(self, input: WriteRowInput) -> WriteRowInput:
        """Return the write as the list gets it, with the person's token, and in words."""
        object_id, key = input.record.object_id, self._token_key
        return replace(
            input,
            changes=with_own_token(with_sentence(input.changes), object_id, key),
            item=with_own_token(with_sentence(input.item), object_id, key),
        )

    async def _record(self, input: WriteRowInput) -> bool:
        """Write to the database, unless an earlier attempt did; say whether it has a later row."""
        said = activity.info().heartbeat_details
        if said and said[0] == {"revision": input.record.revision}:
            return False
        return await self._recorder.outdated(input, await self._recorder.record(input))

    async def _write_item(self, input: WriteRowInput) -> WriteRowResult:
        if input.item_id is not None and not input.changes:
            return WriteRowResult(item_id=input.item_id)
        written = await self._write_changes(input)
        measure_lag(Mirror.LIST, input.record.revision)
        return written

    async def _write_changes(self, input: WriteRowInput) -> WriteRowResult:
        if input.item_id is None:
            return await self._find_or_create(input)
        try:
            if _concerns_owner(input.changes):
                item = await self._list.get(input.item_id)
                if await self._is_anothers(input, item.id, item.fields):
                    return await self._find_or_create(input)
            result, now = await self._write(input.item_id, input.changes)
        except NotFound:
            await self._list.check()
            return await self._find_or_create(input)
        if await self._is_anothers(input, input.item_id, now):
            # The next reconcile puts right what was just written to it.
            return await self._find_or_create(input)
        return result

    async def _is_anothers(
        self, input: WriteRowInput, item_id: str, fields: Mapping[str, object]
    ) -> bool:
        """Say whether an item is somebody else's row by now, as list and tables have it.

        A re-created user has taken it over, or the list is an older one, or another, in which ids
        were given anew. An ObjectId that was only typed into a row makes it nobody else's.
        """
        owner = object_id_in(fields)
        if owner is None or not names_another(fields, input.record.object_id):
            return False
        return await self._recorder.is_row_of(owner, item_id)

    async def _find_or_create(self, input: WriteRowInput) -> WriteRowResult:
        for column in ("ObjectId", "Title"):
            found = await self._list.find(column, str(input.item[column]))
            for item in sorted(found, key=lambda item: int(item.id)):
                if not await self._is_anothers(input, item.id, item.fields):
                    result, _ = await self._write(item.id, input.item)
                    return result
            if found:
                return _left_alone(input)
        try:
            created = await self._list.create(input.item)
        except DuplicateValue:
            raise Conflict("The row was made in the meantime, but can't be found yet.") from None
        except BadRequest:
            title = {"Title": input.item["Title"]}
            created = await self._list.create(title)
            result, _ = await self._write(created.id, input.item)
            return result
        return WriteRowResult(item_id=created.id)

    async def _write(
        self, item_id: str, fields: Fields
    ) -> tuple[WriteRowResult, Mapping[str, object]]:
        refused, now = await write_columns(self._list, item_id, fields)
        return WriteRowResult(item_id=item_id, refused=refused), now


def _concerns_owner(changes: Fields) -> bool:
    """Say whether a write has to be the row's owner's: it names them, or complains of something.

    Of any other write Microsoft's answer tells whose row it was.
    """
    return bool({"ObjectId", "Title"} & changes.keys() or changes.get("ErrorDetails"))


def _left_alone(input: WriteRowInput) -> WriteRowResult:
    """Return what comes of a write whose person's name another's row bears, which intake settles.

    Somebody who has had a row is gone, and the other has their name; who hasn't is told.
    """
    if input.item_id is not None:
        return WriteRowResult(item_id=input.item_id)
    return WriteRowResult(item_id=None, refused=("Title",))
