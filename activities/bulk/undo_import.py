"""Taking back what an import has done to the people whom it brought."""

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
    WorkflowUpdateFailedError,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.bulk.ask_people import ANSWER_WITHIN
from activities.bulk.turns import Turns, about_temporal, go_through
from activities.enrolment.ask import EnrolmentEndedError, ask_enrolment
from activities.imports.unknown_rows import remove_unknown
from activities.tracking_list.own_row import read_own
from domain.bulk.records import BulkInput, GroupReason, Outcome, PersonOutcome
from domain.enrolment.messages import AdminRequest, Update
from domain.enrolment.state import Problem, ProblemKind
from domain.failures import NotFound, PermanentFailure, ServiceUnavailable
from domain.identifiers import (
    ENROLMENT_WORKFLOW,
    enrolment_workflow_id,
    is_dry_run,
    object_id_of,
)
from domain.plain_text import bounded_line
from domain.status import Concern, EnrolmentEnd
from domain.tracking_list.columns import sentence
from temporal.histories import delete_history, runs_of
from temporal.search_attributes import SOURCE_BATCH_ID
from temporal.visibility import equals

if TYPE_CHECKING:
    from database.requests.requests import Requests
    from database.requests.undo import UndonePerson
    from graph.groups import EnforcementGroup
    from graph.tracking_list import Item, TrackingList

# A cancelled enrolment throws its draft away and writes its row a last time: that takes seconds.
ENDS_WITHIN = timedelta(minutes=1)
STILL_RUNNING = "still-running"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoClients:
    """What an undo reaches."""

    client: Client
    tracking_list: "TrackingList"
    group: "EnforcementGroup"
    requests: "Requests"


class UndoActivities:
    """The steps of an undo. Each is idempotent: it takes back what is still there."""

    def __init__(
        self,
        clients: UndoClients,
        *,
        turns: Turns,
        answer_within: timedelta = ANSWER_WITHIN,
        ends_within: timedelta = ENDS_WITHIN,
    ) -> None:
        """Take the clients, and how long workflows are given to answer and to end."""
        self._client = clients.client
        self._list = clients.tracking_list
        self._group = clients.group
        self._requests = clients.requests
        self._turns = turns
        self._answer_within = answer_within
        self._ends_within = ends_within

    @activity.defn
    async def stop_import(self, input: BulkInput) -> int:
        """Cancel parts of the batch's imports that still run; return how many there were.

        Raises:
            ServiceUnavailable: one hasn't ended yet; retried.
            DatabaseUnavailable: retried.
        """
        if not await self._requests.begin(input.request_id):
            return 0
        batch_id = input.batch_id or ""
        query = (
            f"WorkflowType = 'BatchWorkflow' AND ExecutionStatus = 'Running'"
            f" AND {equals(SOURCE_BATCH_ID, batch_id)}"
        )
        found = [one.id async for one in self._client.list_workflows(query)]
        running = [one for one in found if not is_dry_run(one)]
        for workflow_id in running:
            handle = self._client.get_workflow_handle(workflow_id)
            with suppress(RPCError):
                await handle.cancel()
            if not await self._has_closed(handle):
                raise ServiceUnavailable("A part of the import is still being stopped.")
        await self._requests.cancel_imports(batch_id)
        return len(running)

    @activity.defn
    async def choose_people(self, input: BulkInput) -> int:
        """Add everybody whom the batch brought to the request; return how many are new in it.

        Temporal knows of people whose first row isn't written yet.
        """
        if not await self._requests.begin(input.request_id):
            return 0
        batch_id = input.batch_id or ""
        query = (
            f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND ExecutionStatus = 'Running'"
            f" AND {equals(SOURCE_BATCH_ID, batch_id)}"
        )
        started = {object_id_of(one.id) async for one in self._client.list_workflows(query)}
        return await self._requests.choose_batch(input.request_id, batch_id, started)

    @activity.defn
    async def undo_people(self, input: BulkInput) -> None:
        """Take back the enrolment of everybody of the request who has no outcome yet.

        For each: end the enrolment, which withdraws a mail under way; take the person out of the
        enforcement group if we put them there; then delete row and histories of people who got no
        mail, and keep a cancelled row of the others. At last rows go off the list that the import
        made for names that the directory doesn't know. Idempotent.

        Raises:
            PassingFailure: a service is away, or asks us to slow down; retried.
        """
        if not await self._requests.begin(input.request_id):
            return

        async def work(object_id: str) -> Outcome | None:
            return await self._turns.take(lambda: self._undo(input, object_id))

        await go_through(input.request_id, self._requests, work)
        await self._remove_unknown(input.batch_id or "")

    async def _remove_unknown(self, batch_id: str) -> None:
        """Take the rows of names that the directory doesn't know off the list."""
        for name in await self._requests.unknown_names(batch_id):
            activity.heartbeat()
            try:
                await remove_unknown(self._list, name, batch_id)
            except PermanentFailure as failure:
                # The request's people are taken back all the same; the list is to be looked at.
                told = {"reason": str(failure)}
                activity.logger.warning("row of an undone import stays", extra=told)

    async def _undo(self, input: BulkInput, object_id: str) -> Outcome | None:
        try:
            handle = self._client.get_workflow_handle(enrolment_workflow_id(object_id))
            if await self._is_of_another_batch(handle, input, object_id):
                return Outcome(outcome=PersonOutcome.ENDED)
            await self._cancel(handle, input, object_id)
            if not await self._has_closed(handle):
                return Outcome(outcome=PersonOutcome.NOT_REACHED, reason=STILL_RUNNING)
            person = await self._requests.person(object_id)
            if person is None:
                return Outcome(outcome=PersonOutcome.ENDED)
            await self._take_back(person, input)
            return None  # noqa: TRY300 - it is recorded with the change itself
        except RPCError as error:
            return Outcome(outcome=about_temporal(error), reason=error.status.name)
        except PermanentFailure as failure:
            reason = bounded_line(str(failure))
            return Outcome(outcome=PersonOutcome.NOT_REACHED, reason=reason)

    async def _is_of_another_batch(
        self, handle: WorkflowHandle[Any, Any], input: BulkInput, object_id: str
    ) -> bool:
        """Say whether somebody was imported again since the people of the request were chosen."""
        person = await self._requests.person(object_id)
        if person is not None and person.batch_id != input.batch_id:
            return True
        try:
            described = await handle.describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        # Their new enrolment may have written no row yet.
        running = described.status is WorkflowExecutionStatus.RUNNING
        return running and described.typed_search_attributes.get(SOURCE_BATCH_ID) != input.batch_id

    async def _cancel(
        self, handle: WorkflowHandle[Any, Any], input: BulkInput, object_id: str
    ) -> None:
        request = AdminRequest(
            actor=input.actor,
            reason=input.reason,
            request_id=f"{input.request_id}/{object_id}",
        )
        # Refused where it is cancelled already, and too late where it has ended.
        with suppress(EnrolmentEndedError, WorkflowUpdateFailedError):
            await ask_enrolment(handle, Update.CANCEL, request, within=self._answer_within)

    async def _take_back(self, person: "UndonePerson", input: BulkInput) -> None:
        if person.added_by_us:
            await self._group.remove_member(person.object_id)
        reason = GroupReason.LEFT_IN_GROUP if person.in_group and not person.added_by_us else None
        reason = GroupReason.REMOVED_FROM_GROUP if person.added_by_us else reason
        row = await read_own(self._list, person.item_id, person.object_id)
        # Admins have written about somebody on the list: that column is theirs.
        if person.mailed or (row is not None and row.fields.get("Notes")):
            await self._mark_row(person, row, input)
            outcome = Outcome(outcome=PersonOutcome.KEPT, reason=reason)
            await self._requests.keep(input.request_id, person, outcome, removed=person.added_by_us)
            return
        if row is not None:
            await self._list.delete(row)
        workflow_id = enrolment_workflow_id(person.object_id)
        for run_id in await runs_of(self._client, workflow_id):
            await delete_history(self._client, workflow_id, run_id)
        outcome = Outcome(outcome=PersonOutcome.ERASED, reason=reason)
        await self._requests.forget(input.request_id, person.object_id, outcome)

    async def _mark_row(self, person: "UndonePerson", row: "Item | None", input: BulkInput) -> None:
        changes: dict[str, str | int | bool | None] = {}
        if person.added_by_us:
            changes["InGroup"] = False
        if person.ended is not EnrolmentEnd.CANCELLED:
            values = {"actor": input.actor, "reason": input.reason}
            problem = Problem(
                concern=Concern.END,
                kind=ProblemKind.CANCELLED,
                since=datetime.now(UTC),
                values=values,
            )
            changes["ErrorDetails"] = sentence(problem)
        if row is not None and changes:
            try:
                await self._list.update(row.id, changes)
            except NotFound:
                await self._list.check()

    async def _has_closed(self, handle: WorkflowHandle[Any, Any]) -> bool:
        """Wait until a workflow has ended, or isn't there; False where it takes too long."""
        try:
            described = await handle.describe()
            if described.status is not WorkflowExecutionStatus.RUNNING:
                return True
            async with asyncio.timeout(self._ends_within.total_seconds()):
                with suppress(WorkflowFailureError):
                    await handle.result()
        except TimeoutError:
            return False
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return True
            raise
        return True
