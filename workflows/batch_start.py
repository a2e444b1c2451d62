"""How an import is started and awaited, whoever starts it: the command line or the API."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from activities.batches import PartInput, PartReport
from domain.identifiers import BATCH_ID_PATTERN, TASK_QUEUE, batch_workflow_id
from domain.import_file import ImportFile, ImportFileError, RejectedRow
from domain.policy import Policy
from domain.slots import Pace
from domain.status import Source
from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from workflows.batch import BatchWorkflow

PartHandle = WorkflowHandle[BatchWorkflow, PartReport]


@dataclass(slots=True, kw_only=True)
class BatchReport:
    """What became of every row of a file."""

    batch_id: str
    started: int = 0
    already_enrolled: int = 0
    already_finished: int = 0
    cancelled: int = 0
    repeated: list[RejectedRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)


async def start_batch(
    client: Client,
    file: ImportFile,
    *,
    batch_id: str,
    policy: Policy,
    pace: Pace,
    starts_at: datetime,
    include_cancelled: bool = False,
    task_queue: str = TASK_QUEUE,
) -> list[PartHandle]:
    """Start a workflow for each part of the file; once this returns, the import is durable.

    Idempotent: the same file under the same batch id is the same import. While it runs, it is
    joined; once it has ended, every row is looked at again and nobody is started twice.

    Args:
        client: of Temporal.
        file: the people.
        batch_id: the batch's name.
        policy: what steers the enrolments.
        pace: how fast people are invited.
        starts_at: the instant from which slots count; aware UTC.
        include_cancelled: whether people are started again whom an admin cancelled.
        task_queue: where the workers are.

    Raises:
        ImportFileError: the batch id has characters or a length that no id may have.
        RPCError: Temporal can't be reached; what was started goes on, start again.
    """
    if not BATCH_ID_PATTERN.fullmatch(batch_id):
        raise ImportFileError("A batch id has 1 to 64 letters, digits, dots, dashes, underscores.")
    handles = []
    first_index = 0
    for number, rows in enumerate(file.parts(), start=1):
        workflow_id = batch_workflow_id(batch_id, file.content_hash, number)
        part = PartInput(
            batch_id=batch_id,
            rows=rows,
            source=Source.CSV_UPLOAD,
            correlation_id=str(uuid5(NAMESPACE_URL, workflow_id)),
            policy=policy,
            include_cancelled=include_cancelled,
            pace=pace,
            first_index=first_index,
            starts_at=starts_at,
        )
        first_index += len(rows)
        handle = await client.start_workflow(
            BatchWorkflow.run,
            part,
            id=workflow_id,
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"Import {batch_id}, part {number}: {len(rows)} rows",
        )
        handles.append(handle)
    return handles


async def batch_report(
    batch_id: str, file: ImportFile, handles: Sequence[PartHandle]
) -> BatchReport:
    """Wait for all parts, and return what became of each row.

    Raises:
        WorkflowFailureError: a part failed, since directory or list can't be read.
    """
    report = BatchReport(batch_id=batch_id, repeated=[*file.repeated], rejected=[*file.rejected])
    for handle in handles:
        part = await handle.result()
        report.started += part.started
        report.already_enrolled += part.already_enrolled
        report.already_finished += part.already_finished
        report.cancelled += part.cancelled
        report.rejected += part.rejected
        report.repeated += part.repeated
    for found in (report.rejected, report.repeated):
        found.sort(key=lambda row: row.line)
    return report
