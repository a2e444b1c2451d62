"""Following an import or its dry run: how far it has come, and its report when it has ended."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
)

from client.imports import PartHandle
from domain.failures import NEEDS_ADMIN
from domain.identifiers import (
    BATCH_LAST_INVITATION_AT,
    BATCH_OPTIONS,
    BATCH_PACE,
    BATCH_PARTS,
    BATCH_ROWS,
    import_of,
    is_dry_run,
)
from domain.imports.options.choices import ImportChoices
from domain.imports.options.options import ImportOptions
from domain.imports.pace import Pace
from domain.imports.report import ImportReport
from temporal.failures import innermost_message
from temporal.search_attributes import SOURCE_BATCH_ID
from temporal.visibility import equals
from workflows.imports.batch import BatchWorkflow

# Looking at more parts at once would only make the server slower.
AT_ONCE = 10
# Events of a workflow that no worker has seen: it is started, and its first task is scheduled.
UNTOUCHED = 2
_OPEN = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """An import or a dry run at one moment.

    Attributes:
        report: what is known so far.
        rows: people to resolve and start.
        parts: how many workflows there are.
        parts_ended: how many of them have ended, one way or the other.
        trouble: why a part is waiting just now, in its last failure's words.
        next_attempt_at: when a part that waits for an admin is tried again; None for none.
        taken_up: whether a worker has begun with any part.
        failures: why parts have failed; the same import can be started again.
        last_invitation_at: when the last of the invitations leaves, if everybody in the file
            gets one.
        pace: how fast it invites, by the options and settings with which it was started.
        choices: what was chosen for it: an import that joins it doesn't change that.
    """

    report: ImportReport
    rows: int
    parts: int
    parts_ended: int
    trouble: str | None = None
    next_attempt_at: datetime | None = None
    taken_up: bool = True
    failures: tuple[str, ...] = ()
    last_invitation_at: datetime | None = None
    pace: Pace = field(default_factory=Pace)
    choices: ImportChoices = field(default_factory=ImportChoices)

    @property
    def options(self) -> ImportOptions:
        """What it names in place of the settings."""
        return self.choices.own

    @property
    def ended(self) -> bool:
        """Say whether nothing more will happen."""
        return self.parts_ended >= self.parts

    def last_invitation(self, starts_at: datetime) -> datetime | None:
        """Return when the last invitation leaves at the earliest, None where nobody gets one.

        Only after a dry run it is known who would get one.
        """
        if self.report.dry_run is None:
            return self.last_invitation_at
        return self.pace.last_invitation_at(self.report.dry_run.to_invite, starts_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartProgress:
    report: ImportReport
    rows: int
    of_parts: int
    last_invitation_at: datetime | None
    pace: Pace
    choices: ImportChoices
    ended: bool = False
    taken_up: bool = True
    trouble: str | None = None
    next_attempt_at: datetime | None = None
    failure: str | None = None


class ImportWatch:
    """Looks at the parts of one import or dry run; a part that has ended is asked once."""

    def __init__(self, parts: Sequence[PartHandle]) -> None:
        """Watch these parts, as they were started or found."""
        self._parts = parts
        self._ended: dict[str, _PartProgress] = {}
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def look(self) -> ImportProgress:
        """Return how it stands.

        Raises:
            RPCError: Temporal can't be reached.
        """
        seen = await asyncio.gather(*(self._look_at(part) for part in self._parts))
        report = ImportReport()
        for part in seen:
            report.add(part.report)
        parts_of_imports = {
            import_of(handle.id): part.of_parts
            for handle, part in zip(self._parts, seen, strict=True)
        }
        estimates = [part.last_invitation_at for part in seen if part.last_invitation_at]
        return ImportProgress(
            report=report.in_order(),
            rows=sum(part.rows for part in seen),
            # A part that isn't visible yet counts, too.
            parts=max(len(seen), sum(parts_of_imports.values())),
            parts_ended=sum(part.ended for part in seen),
            next_attempt_at=min(
                (part.next_attempt_at for part in seen if part.next_attempt_at), default=None
            ),
            taken_up=any(part.taken_up for part in seen),
            trouble=next((part.trouble for part in seen if part.trouble), None),
            failures=tuple(part.failure for part in seen if part.failure),
            last_invitation_at=max(estimates, default=None),
            # Parts of one import have the same.
            pace=seen[-1].pace if seen else Pace(),
            choices=seen[-1].choices if seen else ImportChoices(),
        )

    async def _look_at(self, part: PartHandle) -> _PartProgress:
        if part.id in self._ended:
            return self._ended[part.id]
        async with self._turn:
            description = await part.describe()
            progress = await _as_started(description)
            if description.status in _OPEN:
                return await _so_far(progress, description)
            try:
                progress = replace(progress, ended=True, report=await part.result())
            except WorkflowFailureError as failure:
                progress = replace(progress, ended=True, failure=innermost_message(failure.cause))
        self._ended[part.id] = progress
        return progress


async def _as_started(description: WorkflowExecutionDescription) -> _PartProgress:
    memo = await description.memo()
    at = memo.get(BATCH_LAST_INVITATION_AT)
    return _PartProgress(
        report=ImportReport.empty(dry_run=is_dry_run(description.id)),
        rows=int(memo.get(BATCH_ROWS, 0)),
        of_parts=int(memo.get(BATCH_PARTS, 1)),
        last_invitation_at=datetime.fromisoformat(at) if at else None,
        pace=await description.memo_value(BATCH_PACE, Pace(), type_hint=Pace),
        choices=ImportChoices.from_json(memo.get(BATCH_OPTIONS, {})),
        taken_up=description.history_length > UNTOUCHED,
    )


async def _so_far(
    progress: _PartProgress, description: WorkflowExecutionDescription
) -> _PartProgress:
    for pending in description.raw_description.pending_activities:
        details = await description.data_converter.decode_wrapper(
            pending.heartbeat_details, [ImportReport]
        )
        progress = replace(
            progress,
            report=details[0] if details else progress.report,
            trouble=pending.last_failure.message or progress.trouble,
            next_attempt_at=_next_attempt(pending),
        )
    return progress


def _next_attempt(pending: PendingActivityInfo) -> datetime | None:
    """Return when an activity that waits for an admin is attempted again."""
    failed = pending.last_failure.application_failure_info.type
    waits = pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    if failed not in NEEDS_ADMIN or not waits:
        return None
    return pending.scheduled_time.ToDatetime(tzinfo=UTC)


async def find_parts(client: Client, batch_id: str, *, dry_run: bool = False) -> list[PartHandle]:
    """Return the parts of all imports, or of all dry runs, under a batch id.

    None where there is no such batch. Reads visibility, which lags by about a second.
    """
    query = f"WorkflowType = 'BatchWorkflow' AND {equals(SOURCE_BATCH_ID, batch_id)}"
    ids = {found.id async for found in client.list_workflows(query)}
    return [
        client.get_workflow_handle_for(BatchWorkflow.run, one)
        for one in sorted(ids)
        if is_dry_run(one) is dry_run
    ]
