"""Starting the enrolments of one part of an import, resumable and idempotent."""

import asyncio
import contextlib
from bisect import bisect_left
from collections.abc import AsyncIterator, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.exclusions import Exclusions
from activities.search_attributes import search_attributes
from domain.enrolment import EnrolmentInput, EnrolmentState
from domain.failures import BadRequest, DuplicateValue
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.import_file import RejectedRow, Row
from domain.markdown import escaped
from domain.person import Person
from domain.policy import Policy
from domain.send_window import share_of
from domain.slots import Pace
from domain.status import InviteStatus, Source
from domain.tracking_item import clipped
from graph.directory import Directory
from graph.tracking_list import TrackingList

# So many starts in flight saturate a server.
IN_FLIGHT = 25
# A slow Graph may need minutes for so many rows; a worker that says nothing counts as dead.
HEARTBEAT_EVERY = timedelta(seconds=5)
STARTED_BY = "StartedBy"
T = TypeVar("T")
UNKNOWN = "Not found in the directory: check the spelling, or whether the person has left."


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInput:
    """The rows of one part, and what their enrolments have in common.

    ``first_index`` is the place of the first row in the whole import, which counts from
    ``starts_at`` (aware UTC): by these and the pace everybody gets their slot.
    """

    batch_id: str
    rows: tuple[Row, ...]
    source: Source
    correlation_id: str
    policy: Policy = field(default_factory=Policy)
    include_cancelled: bool = False
    pace: Pace = field(default_factory=Pace)
    first_index: int = 0
    starts_at: datetime | None = None

    def slot(self, line: int) -> datetime | None:
        """Return when the person of a line is invited at the earliest, None for at once."""
        if self.starts_at is None:
            return None
        place = bisect_left(self.rows, line, key=lambda row: row.line)
        return self.pace.slot(self.first_index + place, self.starts_at)


@dataclass(slots=True, kw_only=True)
class PartReport:
    """What became of each row; counts, and the rows that started nobody."""

    rows_done: int = 0
    started: int = 0
    already_enrolled: int = 0
    already_finished: int = 0
    cancelled: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    # Rows that name by another address who was named before.
    repeated: list[RejectedRow] = field(default_factory=list)


class _Fate(StrEnum):
    STARTED = "started"
    ALREADY_ENROLLED = "already_enrolled"
    ALREADY_FINISHED = "already_finished"
    CANCELLED = "cancelled"


_BY_STATUS = {
    WorkflowExecutionStatus.RUNNING: _Fate.ALREADY_ENROLLED,
    WorkflowExecutionStatus.CONTINUED_AS_NEW: _Fate.ALREADY_ENROLLED,
    WorkflowExecutionStatus.COMPLETED: _Fate.ALREADY_FINISHED,
    WorkflowExecutionStatus.CANCELED: _Fate.CANCELLED,
}


@dataclass(slots=True, kw_only=True)
class _Sorted:
    """Some rows told apart: people to start, each once, and rows that start nobody."""

    people: dict[str, Person] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    repeated: list[RejectedRow] = field(default_factory=list)

    @classmethod
    def of(
        cls, found: Iterable[tuple[int, Person] | RejectedRow], earlier: dict[str, int]
    ) -> "_Sorted":
        """Tell them apart; ``earlier`` holds the lines of those who came before, by ObjectId."""
        told = cls()
        for one in found:
            if isinstance(one, RejectedRow):
                told.rejected.append(one)
                continue
            line, person = one
            first = earlier.get(person.object_id) or told.lines.get(person.object_id)
            if first is not None:
                reason = f"The same person as in line {first}."
                told.repeated.append(RejectedRow(line=line, reason=reason))
                continue
            told.people[person.object_id] = person
            told.lines[person.object_id] = line
        return told


class BatchActivities:
    """Resolves rows to people, and starts them."""

    def __init__(
        self,
        *,
        client: Client,
        directory: Directory,
        tracking_list: TrackingList,
        exclusions: Exclusions,
        guests: bool = False,
    ) -> None:
        """Take the clients; ``guests`` says whether guests of the tenant are enrolled."""
        self._client = client
        self._directory = directory
        self._list = tracking_list
        self._exclusions = exclusions
        self._guests = guests

    @activity.defn
    async def start_enrolments(self, input: PartInput) -> PartReport:
        """Start an enrolment for every row that is somebody, 25 at a time.

        Resumes behind the last heartbeat. Idempotent: a workflow id is a person's, and an enrolment
        that an earlier attempt of this part started is reported as started.

        Raises:
            PermanentFailure: directory or list can't be read at all (not retried).
        """
        report, lines = _resumed()
        async with _beating(report, lines):
            while rows := input.rows[report.rows_done : report.rows_done + IN_FLIGHT]:
                found = _Sorted.of(await _all(self._find(row, input) for row in rows), lines)
                fates = await _all(
                    self._start(person, found.lines[object_id], input)
                    for object_id, person in found.people.items()
                )
                # Without a wait in between, so that no heartbeat tells of half of it.
                for fate in fates:
                    setattr(report, fate, getattr(report, fate) + 1)
                report.rejected += found.rejected
                report.repeated += found.repeated
                report.rows_done += len(rows)
                lines |= found.lines
                activity.heartbeat(report, lines)
        return report

    async def _find(self, row: Row, input: PartInput) -> tuple[int, Person] | RejectedRow:
        try:
            person = await self._directory.find(row.address)
        except BadRequest as refusal:
            return RejectedRow(line=row.line, reason=str(refusal))
        if person is None:
            await self._note_unknown(row, input)
            return RejectedRow(line=row.line, reason=UNKNOWN)
        if person.is_guest and not self._guests:
            return RejectedRow(line=row.line, reason="A guest: guests are not enrolled.")
        if await self._exclusions.excludes(person):
            return RejectedRow(line=row.line, reason="Excluded from the rollout.")
        return row.line, person

    async def _start(self, person: Person, line: int, input: PartInput) -> _Fate:
        """Start the person; one call for a new one, two more for one who is known."""
        if await self._started(person, line, input, WorkflowIDReusePolicy.REJECT_DUPLICATE):
            return _Fate.STARTED
        handle = self._client.get_workflow_handle(enrolment_workflow_id(person.object_id))
        description = await handle.describe()
        if (await description.memo()).get(STARTED_BY) == activity.info().workflow_run_id:
            return _Fate.STARTED
        fate = _BY_STATUS.get(description.status or WorkflowExecutionStatus.FAILED)
        if fate is None or (fate is _Fate.CANCELLED and input.include_cancelled):
            again = WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
            started = await self._started(person, line, input, again)
            return _Fate.STARTED if started else _Fate.ALREADY_ENROLLED
        return fate

    async def _started(
        self, person: Person, line: int, input: PartInput, reuse: WorkflowIDReusePolicy
    ) -> bool:
        enrolment = EnrolmentInput(
            object_id=person.object_id,
            user_principal_name=person.user_principal_name,
            source=input.source,
            batch_id=input.batch_id,
            correlation_id=input.correlation_id,
            policy=input.policy,
            invite_not_before=input.slot(line),
            sender=int(share_of(person.object_id) * input.pace.senders),
        )
        try:
            await self._client.start_workflow(
                ENROLMENT_WORKFLOW,
                enrolment,
                id=enrolment_workflow_id(person.object_id),
                task_queue=activity.info().task_queue,
                id_reuse_policy=reuse,
                memo={STARTED_BY: activity.info().workflow_run_id},
                search_attributes=search_attributes(enrolment, EnrolmentState(person=person)),
                static_summary=escaped(f"{person.display_name} ({person.user_principal_name})"),
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _note_unknown(self, row: Row, input: PartInput) -> None:
        """Show the row on the list, so that nobody is lost: Pending, with what to do."""
        fields = {
            "Title": clipped(row.address),
            "InviteStatus": InviteStatus.PENDING.value,
            "Source": input.source.value,
            "SourceBatchId": input.batch_id,
            "CorrelationId": input.correlation_id,
            "ErrorDetails": UNKNOWN,
        }
        try:
            await self._list.create(fields)
        except DuplicateValue:
            for item in await self._list.find("Title", str(fields["Title"])):
                # A row with an ObjectId is the mirror of that person's enrolment.
                if not item.fields.get("ObjectId"):
                    await self._list.update(item.id, {"ErrorDetails": UNKNOWN})
        except BadRequest as refusal:
            # The report still names the row.
            activity.logger.warning("A row that nobody has was not put on the list: %s", refusal)


def _resumed() -> tuple[PartReport, dict[str, int]]:
    """Return what the last attempt had done, and for whom, when its last heartbeat arrived."""
    details = activity.info().heartbeat_details
    if not details:
        return PartReport(), {}
    done = dict(details[0])
    for name in ("rejected", "repeated"):
        done[name] = [RejectedRow(**row) for row in done.get(name, ())]
    return PartReport(**done), dict(details[1])


@contextlib.asynccontextmanager
async def _beating(*details: object) -> AsyncIterator[None]:
    """Tell Temporal every few seconds that the work goes on, and how far it has come."""

    async def beat() -> None:
        while True:
            activity.heartbeat(*details)
            await asyncio.sleep(HEARTBEAT_EVERY.total_seconds())

    beats = asyncio.create_task(beat())
    try:
        yield
    finally:
        beats.cancel()


async def _all(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Wait for all of them; then the first failure is raised, and nothing runs on behind it."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    done = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done
