"""Following an import: how far it has come, and its report when it has ended."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from activities.batches import PartReport, progress_of
from activities.search_attributes import SOURCE_BATCH_ID
from domain.identifiers import BATCH_LAST_INVITATION_AT, BATCH_PARTS, BATCH_ROWS, import_of
from domain.import_file import RejectedRow
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
)

from workflows.batch import BatchWorkflow
from workflows.batch_start import PartHandle

# Looking at more parts at once would only make the server slower.
AT_ONCE = 10
_OPEN = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW)


@dataclass(slots=True, kw_only=True)
class BatchReport:
    """What became of every row of an import, or of those that were looked at so far."""

    batch_id: str
    started: int = 0
    already_enrolled: int = 0
    already_finished: int = 0
    cancelled: int = 0
    repeated: list[RejectedRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSight:
    """An import at one moment.

    Attributes:
        report: what is known so far.
        rows: people to resolve and start.
        rows_done: those that are accounted for.
        parts: how many workflows the import has.
        parts_ended: how many of them have ended, one way or the other.
        trouble: why a part is waiting just now, in its last failure's words.
        failures: why parts have failed; the same import can be started again.
        last_invitation_at: when the last of the invitations leaves, as foreseen at the start.
    """

    report: BatchReport
    rows: int
    rows_done: int
    parts: int
    parts_ended: int
    trouble: str | None = None
    failures: tuple[str, ...] = ()
    last_invitation_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Say whether nothing more will happen to the import."""
        return self.parts_ended >= self.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartSight:
    report: PartReport = field(default_factory=PartReport)
    rows: int = 0
    rows_done: int = 0
    of_parts: int = 1
    ended: bool = False
    trouble: str | None = None
    failure: str | None = None
    last_invitation_at: datetime | None = None


class BatchWatch:
    """Looks at the parts of one import; a part that has ended is asked once."""

    def __init__(self, batch_id: str, parts: Sequence[PartHandle]) -> None:
        """Watch these parts, as ``start_batch`` or ``find_parts`` returned them."""
        self._batch_id = batch_id
        self._parts = parts
        self._ended: dict[str, _PartSight] = {}
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def look(self) -> BatchSight:
        """Return how the import stands.

        Raises:
            RPCError: Temporal can't be reached.
        """
        sights = await asyncio.gather(*(self._look_at(part) for part in self._parts))
        report = BatchReport(batch_id=self._batch_id)
        for sight in sights:
            _add(report, sight.report)
        imports = {
            import_of(part.id): sight.of_parts
            for part, sight in zip(self._parts, sights, strict=True)
        }
        return BatchSight(
            report=report,
            rows=sum(sight.rows for sight in sights),
            rows_done=sum(sight.rows_done for sight in sights),
            parts=max(len(sights), sum(imports.values())),
            parts_ended=sum(sight.ended for sight in sights),
            trouble=next((sight.trouble for sight in sights if sight.trouble), None),
            failures=tuple(sight.failure for sight in sights if sight.failure),
            last_invitation_at=max(
                (sight.last_invitation_at for sight in sights if sight.last_invitation_at),
                default=None,
            ),
        )

    async def _look_at(self, part: PartHandle) -> _PartSight:
        if part.id in self._ended:
            return self._ended[part.id]
        async with self._turn:
            description = await part.describe()
            if description.status in _OPEN:
                return await _on_the_way(description)
            sight = await _at_the_end(part, description)
        self._ended[part.id] = sight
        return sight


async def find_parts(client: Client, batch_id: str) -> list[PartHandle]:
    """Return the parts of all imports under a batch id; none where there is no such batch.

    Reads visibility, which lags by about a second.
    """
    query = f"WorkflowType = 'BatchWorkflow' AND {SOURCE_BATCH_ID.name} = '{batch_id}'"
    ids = dict.fromkeys([found.id async for found in client.list_workflows(query)])
    return [client.get_workflow_handle_for(BatchWorkflow.run, one) for one in sorted(ids)]


async def batch_report(batch_id: str, parts: Sequence[PartHandle]) -> BatchReport:
    """Wait for all parts, and return what became of each row.

    Raises:
        WorkflowFailureError: a part failed, since directory or list can't be read.
    """
    report = BatchReport(batch_id=batch_id)
    for part in parts:
        _add(report, await part.result())
    return report


async def _on_the_way(description: WorkflowExecutionDescription) -> _PartSight:
    report, trouble = PartReport(), None
    for pending in description.raw_description.pending_activities:
        details = await description.data_converter.decode(pending.heartbeat_details.payloads)
        report = progress_of(details) or report
        trouble = pending.last_failure.message or trouble
    return replace(
        await _as_foreseen(description), report=report, rows_done=report.rows_done, trouble=trouble
    )


async def _at_the_end(part: PartHandle, description: WorkflowExecutionDescription) -> _PartSight:
    sight = replace(await _as_foreseen(description), ended=True)
    try:
        report = await part.result()
    except WorkflowFailureError as failure:
        return replace(sight, failure=_words(failure))
    return replace(sight, report=report, rows_done=report.rows_done)


async def _as_foreseen(description: WorkflowExecutionDescription) -> _PartSight:
    memo = await description.memo()
    at = memo.get(BATCH_LAST_INVITATION_AT)
    return _PartSight(
        rows=int(memo.get(BATCH_ROWS, 0)),
        of_parts=int(memo.get(BATCH_PARTS, 1)),
        last_invitation_at=datetime.fromisoformat(at) if at else None,
    )


def _words(failure: WorkflowFailureError) -> str:
    cause: Any = failure.cause
    while getattr(cause, "cause", None) is not None:
        cause = cause.cause
    return str(cause)


def _add(report: BatchReport, part: PartReport) -> None:
    report.started += part.started
    report.already_enrolled += part.already_enrolled
    report.already_finished += part.already_finished
    report.cancelled += part.cancelled
    report.rejected = _in_order(report.rejected, part.rejected)
    report.repeated = _in_order(report.repeated, part.repeated)


def _in_order(whole: list[RejectedRow], more: list[RejectedRow]) -> list[RejectedRow]:
    return sorted([*whole, *more], key=lambda row: row.line)
