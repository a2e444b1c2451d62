"""Following an import or its preflight: how far it has come, and its report when it has ended."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic

from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
)

from activities.imports.part import progress_of
from client.imports import PartHandle, PreflightHandle
from domain.identifiers import BATCH_LAST_INVITATION_AT, BATCH_PARTS, BATCH_ROWS, import_of
from domain.imports.report import ImportReport, PreflightReport, Report, add, in_order
from temporal.search_attributes import SOURCE_BATCH_ID
from workflows.imports.batch import BatchWorkflow
from workflows.imports.preflight import PreflightWorkflow

# Looking at more parts at once would only make the server slower.
AT_ONCE = 10
_OPEN = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress(Generic[Report]):
    """An import or a preflight at one moment.

    Attributes:
        report: what is known so far.
        rows: people to resolve and start.
        parts: how many workflows there are.
        parts_ended: how many of them have ended, one way or the other.
        trouble: why a part is waiting just now, in its last failure's words.
        failures: why parts have failed; the same import can be started again.
        last_invitation_at: when the last of the invitations leaves, as foreseen at the start.
    """

    report: Report
    rows: int
    parts: int
    parts_ended: int
    trouble: str | None = None
    failures: tuple[str, ...] = ()
    last_invitation_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Say whether nothing more will happen."""
        return self.parts_ended >= self.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartSight(Generic[Report]):
    report: Report
    rows: int
    of_parts: int
    last_invitation_at: datetime | None
    ended: bool = False
    trouble: str | None = None
    failure: str | None = None


class ImportWatch(Generic[Report]):
    """Looks at the parts of one import or preflight; a part that has ended is asked once."""

    def __init__(self, kind: type[Report], parts: Sequence[WorkflowHandle[Any, Report]]) -> None:
        """Watch these parts, as they were started or found."""
        self._kind: type[Report] = kind
        self._parts: Sequence[WorkflowHandle[Any, Report]] = parts
        self._ended: dict[str, _PartSight[Report]] = {}
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def look(self) -> ImportProgress[Report]:
        """Return how it stands.

        Raises:
            RPCError: Temporal can't be reached.
        """
        sights = await asyncio.gather(*(self._look_at(part) for part in self._parts))
        report = self._kind()
        for sight in sights:
            add(report, sight.report)
        imports = {
            import_of(part.id): sight.of_parts
            for part, sight in zip(self._parts, sights, strict=True)
        }
        foreseen = [sight.last_invitation_at for sight in sights if sight.last_invitation_at]
        return ImportProgress(
            report=in_order(report),
            rows=sum(sight.rows for sight in sights),
            # A part that isn't visible yet counts, too.
            parts=max(len(sights), sum(imports.values())),
            parts_ended=sum(sight.ended for sight in sights),
            trouble=next((sight.trouble for sight in sights if sight.trouble), None),
            failures=tuple(sight.failure for sight in sights if sight.failure),
            last_invitation_at=max(foreseen, default=None),
        )

    async def _look_at(self, part: WorkflowHandle[Any, Report]) -> _PartSight[Report]:
        if part.id in self._ended:
            return self._ended[part.id]
        async with self._turn:
            description = await part.describe()
            sight = await self._at_first_sight(description)
            if description.status in _OPEN:
                return await self._on_the_way(sight, description)
            try:
                sight = replace(sight, ended=True, report=await part.result())
            except WorkflowFailureError as failure:
                sight = replace(sight, ended=True, failure=_words(failure))
        self._ended[part.id] = sight
        return sight

    async def _at_first_sight(
        self, description: WorkflowExecutionDescription
    ) -> _PartSight[Report]:
        memo = await description.memo()
        at = memo.get(BATCH_LAST_INVITATION_AT)
        return _PartSight(
            report=self._kind(),
            rows=int(memo.get(BATCH_ROWS, 0)),
            of_parts=int(memo.get(BATCH_PARTS, 1)),
            last_invitation_at=datetime.fromisoformat(at) if at else None,
        )

    async def _on_the_way(
        self, sight: _PartSight[Report], description: WorkflowExecutionDescription
    ) -> _PartSight[Report]:
        for pending in description.raw_description.pending_activities:
            details = await description.data_converter.decode(pending.heartbeat_details.payloads)
            sight = replace(
                sight,
                report=progress_of(details, self._kind) or sight.report,
                trouble=pending.last_failure.message or sight.trouble,
            )
        return sight


async def find_parts(client: Client, batch_id: str) -> list[PartHandle]:
    """Return the parts of all imports under a batch id; none where there is no such batch.

    Reads visibility, which lags by about a second.
    """
    ids = await _find(client, "BatchWorkflow", batch_id)
    return [client.get_workflow_handle_for(BatchWorkflow.run, one) for one in ids]


async def find_preflight(client: Client, batch_id: str) -> list[PreflightHandle]:
    """Return the parts of all preflights under a batch id, as ``find_parts`` does of imports."""
    ids = await _find(client, "PreflightWorkflow", batch_id)
    return [client.get_workflow_handle_for(PreflightWorkflow.run, one) for one in ids]


async def batch_report(parts: Sequence[PartHandle]) -> ImportReport:
    """Wait for all parts of an import, and return what became of each row.

    Raises:
        WorkflowFailureError: a part failed, since directory or list can't be read.
    """
    return await _whole(ImportReport(), parts)


async def preflight_report(parts: Sequence[PreflightHandle]) -> PreflightReport:
    """Wait for all parts of a preflight, and return what is foreseen for each row.

    Raises:
        WorkflowFailureError: a part failed, since the directory can't be read.
    """
    return await _whole(PreflightReport(), parts)


async def _whole(report: Report, parts: Sequence[WorkflowHandle[Any, Report]]) -> Report:
    for part in parts:
        add(report, await part.result())
    return in_order(report)


async def _find(client: Client, kind: str, batch_id: str) -> list[str]:
    query = f"WorkflowType = '{kind}' AND {SOURCE_BATCH_ID.name} = '{batch_id}'"
    return sorted({found.id async for found in client.list_workflows(query)})


def _words(failure: WorkflowFailureError) -> str:
    cause: Any = failure.cause
    while getattr(cause, "cause", None) is not None:
        cause = cause.cause
    return str(cause)
