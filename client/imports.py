"""How an import or its preflight is started, whoever starts it: the command line or the API."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from temporalio.client import Client, WorkflowHandle
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

from activities.imports.part import PartInput
from domain.enrolment.policy import Policy
from domain.enrolment.status import Source
from domain.identifiers import (
    BATCH_ID_PATTERN,
    BATCH_LAST_INVITATION_AT,
    BATCH_PARTS,
    BATCH_REQUESTED_BY,
    BATCH_ROWS,
    TASK_QUEUE,
    batch_workflow_id,
    preflight_workflow_id,
)
from domain.imports.file import ImportFile, ImportFileError, Part
from domain.imports.pace import Pace
from domain.imports.report import ImportReport, PreflightReport
from temporal.search_attributes import SOURCE_BATCH_ID
from workflows.imports.batch import BatchWorkflow
from workflows.imports.preflight import PreflightWorkflow

PartHandle = WorkflowHandle[BatchWorkflow, ImportReport]
PreflightHandle = WorkflowHandle[PreflightWorkflow, PreflightReport]
H = TypeVar("H")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStart:
    """What the parts of one import have in common.

    Attributes:
        batch_id: the batch's name.
        policy: what steers the enrolments.
        pace: how fast people are invited.
        starts_at: the instant from which slots count; aware UTC.
        include_cancelled: whether people are started again whom an admin cancelled.
        restart_active: whether people are started again who were active and have no method.
        source: how the people were added.
        requested_by: who imports: an ObjectId, or a login of this machine.
    """

    batch_id: str
    policy: Policy = field(default_factory=Policy)
    pace: Pace = field(default_factory=Pace)
    starts_at: datetime
    include_cancelled: bool = False
    restart_active: bool = False
    source: Source = Source.CSV_UPLOAD
    requested_by: str = ""

    def __post_init__(self) -> None:
        """Refuse a batch id with characters or a length that no id may have."""
        if not BATCH_ID_PATTERN.fullmatch(self.batch_id):
            raise ImportFileError(
                "A batch id has 1 to 64 letters, digits, dots, dashes, underscores."
            )


def default_batch_id(now: datetime) -> str:
    """Return the batch id of who gives none: the time."""
    return f"{now:%Y%m%dT%H%M%SZ}"


async def start_batch(
    client: Client, file: ImportFile, start: BatchStart, *, task_queue: str = TASK_QUEUE
) -> list[PartHandle]:
    """Start a workflow for each part of the file; once this returns, the import is durable.

    Idempotent: the same file under the same batch id is the same import. While it runs, it is
    joined; once it has ended, every row is looked at again and nobody is started twice.

    Raises:
        RPCError: Temporal can't be reached; what was started goes on, start again.
    """

    async def start_part(workflow_id: str, part: PartInput, **options: Any) -> PartHandle:
        return await client.start_workflow(BatchWorkflow.run, part, id=workflow_id, **options)

    return await _start_parts(file, start, start_part, batch_workflow_id, task_queue)


async def start_preflight(
    client: Client, file: ImportFile, start: BatchStart, *, task_queue: str = TASK_QUEUE
) -> list[PreflightHandle]:
    """Start to foresee what an import would do; nobody is enrolled, nothing is written.

    Raises:
        RPCError: Temporal can't be reached.
    """

    async def start_part(workflow_id: str, part: PartInput, **options: Any) -> PreflightHandle:
        return await client.start_workflow(PreflightWorkflow.run, part, id=workflow_id, **options)

    return await _start_parts(file, start, start_part, preflight_workflow_id, task_queue)


async def _start_parts(
    file: ImportFile,
    start: BatchStart,
    start_part: Callable[..., Awaitable[H]],
    name: Callable[[str, str, int], str],
    task_queue: str,
) -> list[H]:
    last_at = start.pace.last_invitation_at(file.people, start.starts_at)
    memo = {
        BATCH_PARTS: len(file.parts),
        BATCH_LAST_INVITATION_AT: last_at.isoformat() if last_at else None,
        BATCH_REQUESTED_BY: start.requested_by,
    }
    handles = []
    first_index = 0
    for number, part in enumerate(file.parts, start=1):
        workflow_id = name(start.batch_id, file.content_hash, number)
        handle = await start_part(
            workflow_id,
            _input(start, part, workflow_id, first_index),
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            memo=memo | {BATCH_ROWS: len(part.rows)},
            search_attributes=TypedSearchAttributes(
                [SearchAttributePair(SOURCE_BATCH_ID, start.batch_id)]
            ),
            static_summary=f"Import {start.batch_id}, part {number}: {len(part.rows)} rows",
        )
        first_index += len(part.rows)
        handles.append(handle)
    return handles


def _input(start: BatchStart, part: Part, workflow_id: str, first_index: int) -> PartInput:
    return PartInput(
        batch_id=start.batch_id,
        rows=part.rows,
        rejected=part.rejected,
        repeated=part.repeated,
        source=start.source,
        correlation_id=str(uuid5(NAMESPACE_URL, workflow_id)),
        policy=start.policy,
        include_cancelled=start.include_cancelled,
        restart_active=start.restart_active,
        pace=start.pace,
        first_index=first_index,
        starts_at=start.starts_at,
    )
