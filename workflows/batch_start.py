"""How an import is started, whoever starts it: the command line or the API."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from activities.batches import PartInput, PartReport
from activities.search_attributes import SOURCE_BATCH_ID
from domain.identifiers import (
    BATCH_ID_PATTERN,
    BATCH_LAST_INVITATION_AT,
    BATCH_PARTS,
    BATCH_REQUESTED_BY,
    BATCH_ROWS,
    TASK_QUEUE,
    batch_workflow_id,
)
from domain.import_file import ImportFile, ImportFileError, Part
from domain.policy import Policy
from domain.slots import Pace
from domain.status import Source
from temporalio.client import Client, WorkflowHandle
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

from workflows.batch import BatchWorkflow

PartHandle = WorkflowHandle[BatchWorkflow, PartReport]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStart:
    """What the parts of one import have in common.

    Attributes:
        batch_id: the batch's name.
        policy: what steers the enrolments.
        pace: how fast people are invited.
        starts_at: the instant from which slots count; aware UTC.
        include_cancelled: whether people are started again whom an admin cancelled.
        source: how the people were added.
        requested_by: who imports: an ObjectId, or a login of this machine.
    """

    batch_id: str
    policy: Policy = field(default_factory=Policy)
    pace: Pace = field(default_factory=Pace)
    starts_at: datetime
    include_cancelled: bool = False
    source: Source = Source.CSV_UPLOAD
    requested_by: str = ""

    def __post_init__(self) -> None:
        """Refuse a batch id with characters or a length that no id may have."""
        if not BATCH_ID_PATTERN.fullmatch(self.batch_id):
            raise ImportFileError(
                "A batch id has 1 to 64 letters, digits, dots, dashes, underscores."
            )


async def start_batch(
    client: Client, file: ImportFile, start: BatchStart, *, task_queue: str = TASK_QUEUE
) -> list[PartHandle]:
    """Start a workflow for each part of the file; once this returns, the import is durable.

    Idempotent: the same file under the same batch id is the same import. While it runs, it is
    joined; once it has ended, every row is looked at again and nobody is started twice.

    Raises:
        RPCError: Temporal can't be reached; what was started goes on, start again.
    """
    handles = []
    first_index = 0
    parts = file.parts()
    last_at = start.pace.last_invitation_at(len(file.rows), start.starts_at)
    memo = {
        BATCH_PARTS: len(parts),
        BATCH_LAST_INVITATION_AT: last_at.isoformat() if last_at else None,
        BATCH_REQUESTED_BY: start.requested_by,
    }
    for number, part in enumerate(parts, start=1):
        workflow_id = batch_workflow_id(start.batch_id, file.content_hash, number)
        handle = await client.start_workflow(
            BatchWorkflow.run,
            _input(start, part, workflow_id, first_index),
            id=workflow_id,
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
        pace=start.pace,
        first_index=first_index,
        starts_at=start.starts_at,
    )
