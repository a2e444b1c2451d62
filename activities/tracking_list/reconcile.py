"""Comparing the whole list with what enrolments have written, and asking them to put it right."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.client import Client, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.common import QueryRejectCondition
from temporalio.service import RPCError, RPCStatusCode

from activities.concurrency import all_of
from activities.tracking_list.duplicate_rows import note_duplicate
from domain.enrolment.messages import Query, RowDiffers, Signal
from domain.failures import NotFound
from domain.identifiers import (
    ENROLMENT_WORKFLOW,
    enrolment_workflow_id,
    object_id_of,
)
from domain.tracking_list.reconciliation import Mirrored, differing
from domain.tracking_list.row import object_id_in

if TYPE_CHECKING:
    from graph.tracking_list import Item, TrackingList

# Each question may bring an enrolment back into a worker's memory: few at a time.
IN_FLIGHT = 10
ANSWER_WITHIN = timedelta(seconds=10)


@dataclass(slots=True, kw_only=True)
class ReconcileReport:
    """What was found: rows, how many of them are somebody's, and what was asked for.

    ``unanswered`` are enrolments that couldn't say what they had written; tomorrow they are asked
    again.
    """

    rows: int = 0
    mirrored: int = 0
    put_right: int = 0
    missing: int = 0
    duplicates: int = 0
    unanswered: int = 0


class ReconcileActivities:
    """Looks at every row once, and at every running enrolment that has none."""

    def __init__(self, *, client: Client, tracking_list: "TrackingList") -> None:
        """Take the clients."""
        self._client = client
        self._list = tracking_list

    @activity.defn
    async def reconcile(self) -> ReconcileReport:
        """Page through the list, and signal ``row_differs`` to whoever's row isn't as written.

        Reads, but for a note on second rows. Idempotent: a repeat asks for the same again. Rows of
        nobody who is running are left alone, whoever added them.

        Raises:
            PermanentFailure: the list can't be read (not retried).
        """
        look = _Look(self._client, self._list, await self._list.columns())
        # Repeated with what is found meanwhile (``temporal.heartbeats``), for the Temporal UI.
        activity.heartbeat(look.report)
        portion: list[Item] = []
        async for item in self._list.all():
            portion.append(item)
            if len(portion) == IN_FLIGHT:
                await all_of(look.at_row(one) for one in portion)
                portion = []
        await all_of(look.at_row(one) for one in portion)
        await look.for_missing_rows()
        return look.report


class _Look:
    """One look at the whole list."""

    def __init__(
        self, client: Client, tracking_list: "TrackingList", columns: Collection[str]
    ) -> None:
        self._client = client
        self._list = tracking_list
        self._columns = columns
        self._begun_at = datetime.now(UTC)
        self._with_row: set[str] = set()
        self.report = ReconcileReport()

    async def at_row(self, item: "Item") -> None:
        """Compare a row with what its enrolment has written."""
        self.report.rows += 1
        object_id = object_id_in(item.fields)
        mirrored = await self._mirrored(object_id) if object_id else None
        if object_id is None or mirrored is None:
            return
        if mirrored.item_id != item.id:
            self.report.duplicates += 1
            await note_duplicate(self._list, item, mirrored.item_id)
            return
        self.report.mirrored += 1
        self._with_row.add(object_id)
        if differing(item.fields, mirrored.fields, self._columns):
            await self._put_right(object_id)

    async def for_missing_rows(self) -> None:
        """Ask those who are running, and whose row wasn't met, to make it again."""
        query = f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND ExecutionStatus = 'Running'"
        async for found in self._client.list_workflows(query):
            object_id = object_id_of(found.id)
            if object_id in self._with_row or found.start_time > self._begun_at:
                continue
            await self._put_right(object_id)

    async def _put_right(self, object_id: str) -> None:
        """Look again at both, since one may have been written between the two looks; then ask."""
        mirrored = await self._mirrored(object_id)
        if mirrored is None:
            return
        try:
            item = await self._list.get(mirrored.item_id)
        except NotFound:
            self.report.missing += 1
            await self._ask(object_id, ())
            return
        columns = differing(item.fields, mirrored.fields, self._columns)
        if columns:
            self.report.put_right += 1
            await self._ask(object_id, columns)

    async def _ask(self, object_id: str, columns: tuple[str, ...]) -> None:
        run_id = activity.info().workflow_run_id
        event = RowDiffers(event_id=f"{run_id}/{object_id}", at=datetime.now(UTC), columns=columns)
        handle = self._client.get_workflow_handle(enrolment_workflow_id(object_id))
        try:
            await handle.signal(Signal.ROW_DIFFERS, event)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _mirrored(self, object_id: str) -> Mirrored | None:
        """Return what a running enrolment has written, None where there is none."""
        handle = self._client.get_workflow_handle(enrolment_workflow_id(object_id))
        try:
            mirrored: Mirrored | None = await handle.query(
                Query.MIRRORED,
                result_type=Mirrored | None,  # type: ignore[arg-type]
                reject_condition=QueryRejectCondition.NOT_OPEN,
                rpc_timeout=ANSWER_WITHIN,
            )
            return mirrored  # noqa: TRY300
        except WorkflowQueryRejectedError:
            return None
        except WorkflowQueryFailedError:
            self.report.unanswered += 1
            return None
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            if error.status not in {RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}:
                raise
            self.report.unanswered += 1
            return None
