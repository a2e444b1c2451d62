"""Erasing one person: their enrolment, our rows, their row on the list, and their histories."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from temporalio import activity
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
)
from temporalio.service import RPCError, RPCStatusCode

from domain.enrolment.messages import Event, Signal
from domain.failures import NotFound
from domain.identifiers import enrolment_workflow_id
from domain.tables.erasure import KnownNames
from domain.tracking_list.row import names_another
from temporal.encryption.names import is_hashed
from temporal.histories import delete_history, runs_of
from temporal.search_attributes import SOURCE_BATCH_ID, USER_PRINCIPAL_NAME
from temporal.visibility import equals

if TYPE_CHECKING:
    from database.erasure.erasures import Erasures
    from graph.tracking_list import TrackingList

# A cancelled enrolment throws its draft away and writes its row a last time: that takes seconds.
ENDS_WITHIN = timedelta(minutes=1)
# After a termination, what an activity still writes is written within the heartbeat's timeout.
SETTLES_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentEnded:
    """What was found of a person, and how their enrolment ended."""

    names: KnownNames
    ended: bool = False
    terminated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsInput:
    """Whose rows are deleted: by ObjectId, and rows without one by name."""

    object_id: str
    upns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportHistoriesInput:
    """The batches whose imports hold a person, and whether their executions are deleted."""

    batch_ids: tuple[str, ...]
    delete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportHistories:
    """How many executions of imports were deleted, and how many are still there, or still run."""

    deleted: int = 0
    left: int = 0
    running: int = 0


class ErasureActivities:
    """The steps of an erasure. Each is idempotent: it deletes what is still there."""

    def __init__(
        self,
        *,
        client: Client,
        tracking_list: "TrackingList",
        erasures: "Erasures",
        ends_within: timedelta = ENDS_WITHIN,
        settles_within: timedelta = SETTLES_WITHIN,
    ) -> None:
        """Take the clients, and how long an enrolment is given to end by itself."""
        self._client = client
        self._list = tracking_list
        self._erasures = erasures
        self._ends_within = ends_within
        self._settles_within = settles_within

    @activity.defn
    async def end_enrolment(self, object_id: str) -> EnrolmentEnded:
        """End a person's enrolment, its draft withdrawn, and wait until it is closed.

        One that doesn't end within a minute, since an error has stopped it, is terminated.

        Raises:
            DatabaseUnavailable: the tables can't say by what they know the person; retried.
        """
        workflow_id = enrolment_workflow_id(object_id)
        names = await self._erasures.names(object_id)
        for run_id in await runs_of(self._client, workflow_id):
            names = names.and_also(await self._names_in(workflow_id, run_id))
        if not await self._is_running(workflow_id):
            return EnrolmentEnded(names=names)
        handle = self._client.get_workflow_handle(workflow_id)
        try:
            await handle.cancel()
            async with asyncio.timeout(self._ends_within.total_seconds()):
                await _closed(handle)
        except TimeoutError:
            await handle.terminate("erased")
            await asyncio.sleep(self._settles_within.total_seconds())
            return EnrolmentEnded(names=names, ended=True, terminated=True)
        return EnrolmentEnded(names=names, ended=True)

    @activity.defn
    async def erase_rows(self, input: RowsInput) -> dict[str, int]:
        """Delete what our tables say of a person; a tombstone refuses late writes.

        Raises:
            DatabaseUnavailable: retried.
        """
        return await self._erasures.erase(input.object_id, input.upns)

    @activity.defn
    async def delete_list_rows(self, input: RowsInput) -> int:
        """Delete a person's rows on the tracking list, and return how many there were.

        A row that names them, and is somebody else's by its ObjectId, stays.

        Raises:
            PermanentFailure: the list can't be read or written (not retried).
        """
        found = list(await self._list.find("ObjectId", input.object_id))
        for upn in input.upns:
            found += await self._list.find("Title", upn)
        mine = {one.id: one for one in found if not names_another(one.fields, input.object_id)}
        for item in mine.values():
            try:
                await self._list.delete(item)
            except NotFound:
                await self._list.check()
        return len(mine)

    @activity.defn
    async def forget_manager(self, names: KnownNames) -> int:
        """Take a person out of the rows of those whom they manage; return how many these were.

        Enrolments that run forget the name, too, or they would write it again. Idempotent: the
        tables forget last.

        Raises:
            DatabaseUnavailable: retried.
            PermanentFailure: the list can't be read or written (not retried).
        """
        managed = await self._erasures.managed_by(names.upns)
        mine = {upn.casefold() for upn in names.upns}
        for person in managed:
            await self._tell_manager_erased(person.object_id)
            if person.item_id is not None:
                await self._clear_manager(person.item_id, mine)
        await self._erasures.forget_manager(names.upns)
        return len(managed)

    @activity.defn
    async def delete_histories(self, object_id: str) -> int:
        """Delete all executions of a person's enrolment, and return how many there were."""
        workflow_id = enrolment_workflow_id(object_id)
        runs = await runs_of(self._client, workflow_id)
        return sum([await delete_history(self._client, workflow_id, run) for run in runs])

    @activity.defn
    async def delete_import_histories(self, input: ImportHistoriesInput) -> ImportHistories:
        """Delete executions of imports and dry runs of these batches that have ended, or count."""
        deleted = left = running = 0
        for batch_id in input.batch_ids:
            kind = "WorkflowType = 'BatchWorkflow'"
            query = f"{kind} AND {equals(SOURCE_BATCH_ID, batch_id)}"
            async for found in self._client.list_workflows(query):
                is_running = found.status is WorkflowExecutionStatus.RUNNING
                running += is_running
                if not input.delete or is_running:
                    left += 1
                    continue
                deleted += await delete_history(self._client, found.id, found.run_id)
                activity.heartbeat()
        return ImportHistories(deleted=deleted, left=left, running=running)

    async def _tell_manager_erased(self, object_id: str) -> None:
        run_id = activity.info().workflow_run_id
        event = Event(event_id=f"{run_id}/{object_id}", at=datetime.now(UTC))
        handle = self._client.get_workflow_handle(enrolment_workflow_id(object_id))
        try:
            await handle.signal(Signal.MANAGER_ERASED, event)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _clear_manager(self, item_id: str, names: set[str]) -> None:
        try:
            item = await self._list.get(item_id)
            if str(item.fields.get("ManagerUPN")).casefold() in names:
                await self._list.update(item_id, {"ManagerUPN": None})
        except NotFound:
            await self._list.check()

    async def _is_running(self, workflow_id: str) -> bool:
        try:
            described = await self._client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return described.status is WorkflowExecutionStatus.RUNNING

    async def _names_in(self, workflow_id: str, run_id: str) -> KnownNames:
        try:
            described = await self._client.get_workflow_handle(
                workflow_id, run_id=run_id
            ).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return KnownNames()
            raise
        upn = described.typed_search_attributes.get(USER_PRINCIPAL_NAME)
        batch_id = described.typed_search_attributes.get(SOURCE_BATCH_ID)
        known = (upn,) if upn and not is_hashed(upn) else ()
        return KnownNames(upns=known, batch_ids=(batch_id,) if batch_id else ())


async def _closed(handle: WorkflowHandle[Any, Any]) -> None:
    """Wait until a workflow has ended, however it does."""
    with suppress(WorkflowFailureError):
        await handle.result()
