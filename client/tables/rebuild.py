"""Refilling our tables after a loss: from Temporal's histories, and from the tracking list."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from activities.tracking_list.row_writes import WriteRowInput, row_of
from client.tables.list_recovery import FromList, ListRecovery
from client.tables.recorded_writes import RecordedWrites
from database.enrolments.records import EnrolmentRecords
from database.rollout.completeness import Completeness
from domain.identifiers import ENROLMENT_WORKFLOW
from temporal.high_water import read_high_water

# Histories that are read at the same time.
IN_FLIGHT = 10


@dataclass(slots=True, kw_only=True)
class RebuildReport:
    """What was recovered.

    Attributes:
        runs: workflow runs whose history was read.
        gone: runs that Temporal had deleted before their history was read.
        people: people whose row was found in a history.
        events: events of their stories.
        from_list: what the tracking list told.
    """

    runs: int = 0
    gone: int = 0
    people: int = 0
    events: int = 0
    from_list: FromList = field(default_factory=FromList)


class Rebuild:
    """Writes again what workflows have written. Idempotent: only what is missing changes.

    Workers may be at work meanwhile: their writes are newer, and stay.
    """

    def __init__(
        self,
        *,
        client: Client,
        from_list: ListRecovery,
        records: EnrolmentRecords,
        marks: Completeness,
        senders: Sequence[str],
    ) -> None:
        """Take Temporal, what reads the list, the tables and the sender mailboxes."""
        self._client = client
        self._from_list = from_list
        self._records = records
        self._marks = marks
        self._senders = senders

    async def run(self) -> RebuildReport:
        """Refill the tables, and mark them complete when all histories and the list were read.

        Raises:
            DatabaseUnavailable: the tables can't be written.
            RolloutError: the list, or the group, can't be read.
            RPCError: Temporal can't be reached.
        """
        report = RebuildReport()
        await self._marks.unmark()
        people: set[str] = set()
        async for portion in self._runs():
            await asyncio.gather(*(self._read_run(found, people, report) for found in portion))
        report.people = len(people)
        report.from_list = await self._from_list.run()
        await self._marks.raise_mark(await read_high_water(self._client))
        await self._marks.mark()
        return report

    async def _runs(self) -> AsyncIterator[list[WorkflowExecution]]:
        portion: list[WorkflowExecution] = []
        async for found in self._client.list_workflows(f"WorkflowType = '{ENROLMENT_WORKFLOW}'"):
            portion.append(found)
            if len(portion) == IN_FLIGHT:
                yield portion
                portion = []
        yield portion

    async def _read_run(
        self, found: WorkflowExecution, people: set[str], report: RebuildReport
    ) -> None:
        """Apply the newest row of a run, and the events of all its writes."""
        try:
            writes = await self._writes(found)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            report.gone += 1
            return
        report.runs += 1
        if not writes:
            return
        newest = max(writes, key=lambda write: write.record.revision)
        events = {(event.run_id, event.number): event for write in writes for event in write.events}
        await self._records.write(row_of(newest, self._senders), tuple(events.values()))
        people.add(newest.record.object_id)
        report.events += len(events)

    async def _writes(self, found: WorkflowExecution) -> list[WriteRowInput]:
        handle = self._client.get_workflow_handle(found.id, run_id=found.run_id)
        recorded = RecordedWrites(self._client.data_converter)
        return [
            write
            async for event in handle.fetch_history_events()
            if (write := await recorded.write_of(event))
        ]
