"""How an import or its dry run is started, whoever starts it: the command line or the API."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowHandle
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

from activities.imports.part import PartInput
from domain.enrolment.policy import Policy
from domain.identifiers import (
    BATCH_ID_PATTERN,
    BATCH_LAST_INVITATION_AT,
    BATCH_OPTIONS,
    BATCH_PACE,
    BATCH_PARTS,
    BATCH_REQUESTED_BY,
    BATCH_ROWS,
    TASK_QUEUE,
    batch_workflow_id,
    import_of,
)
from domain.imports.file import ImportFile, Part
from domain.imports.file_error import ImportFileError
from domain.imports.options.choices import ImportChoices
from domain.imports.options.options import ImportOptions
from domain.imports.pace import Pace
from domain.imports.reasons import FileFault
from domain.imports.report import ImportReport
from domain.plain_text import bounded_line
from domain.status import Source
from domain.tables.imports import ImportRecord
from domain.wording.counted import counted
from temporal.search_attributes import SOURCE_BATCH_ID
from workflows.imports.batch import BatchWorkflow

_LOOKS_AT_ONCE = 8

PartHandle = WorkflowHandle[BatchWorkflow, ImportReport]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What the parts of one import have in common.

    Attributes:
        batch_id: the batch's name.
        dry_run: whether nobody is started and nothing written.
        policy: what steers the enrolments, the import's own options applied.
        pace: how fast people are invited, with the same.
        options: what the import names in place of the settings.
        starts_at: the instant from which slots count; aware UTC.
        include_cancelled: whether people are started again whom an admin cancelled.
        restart_active: whether people are started again who were active and have no method.
        source: how the people were added.
        requested_by: who imports: an ObjectId, or the name as ``Actor.shown_name`` has it.
        file_name: what the file is called, without its folder; None for people entered by hand.
    """

    batch_id: str
    dry_run: bool = False
    policy: Policy = field(default_factory=Policy)
    pace: Pace = field(default_factory=Pace)
    options: ImportOptions = field(default_factory=ImportOptions)
    starts_at: datetime
    include_cancelled: bool = False
    restart_active: bool = False
    source: Source = Source.CSV_UPLOAD
    requested_by: str = ""
    file_name: str | None = None

    def __post_init__(self) -> None:
        """Refuse a batch id with characters or a length that no id may have."""
        if not BATCH_ID_PATTERN.fullmatch(self.batch_id):
            raise ImportFileError(FileFault.BAD_BATCH_ID)

    @property
    def choices(self) -> ImportChoices:
        """All that is chosen for it."""
        return ImportChoices(
            own=self.options,
            include_cancelled=self.include_cancelled,
            restart_active=self.restart_active,
        )


def default_batch_id(now: datetime) -> str:
    """Return the batch id of an import that is given none: the time."""
    return f"{now:%Y%m%dT%H%M%SZ}"


def import_record(request: ImportRequest, file: ImportFile) -> ImportRecord:
    """Return what our tables say of an import before it has done anything."""
    first_part = batch_workflow_id(request.batch_id, file.content_hash, 1, dry_run=request.dry_run)
    last_at = request.pace.last_invitation_at(file.people, request.starts_at)
    return ImportRecord(
        import_id=import_of(first_part),
        batch_id=request.batch_id,
        requested_by=request.requested_by,
        requested_at=request.starts_at,
        file_hash=file.content_hash,
        file_name=bounded_line(request.file_name) if request.file_name else None,
        dry_run=request.dry_run,
        rows=file.people,
        options={"source": request.source.value, **request.choices.as_json()},
        last_invitation_at=None if request.dry_run else last_at,
    )


async def start_import(
    client: Client, file: ImportFile, request: ImportRequest, *, task_queue: str = TASK_QUEUE
) -> list[PartHandle]:
    """Start a workflow for each part of the file; once this returns, the import is durable.

    Idempotent: the same file under the same batch id is the same import. While it runs, it is
    joined, and keeps the options that it has, which ``held_otherwise`` tells; once it has ended,
    every row is looked at again and nobody is started twice. A dry run has workflows of its own,
    and stands in no import's way.

    Raises:
        RPCError: Temporal can't be reached; what was started goes on, start again.
    """
    last_at = request.pace.last_invitation_at(file.people, request.starts_at)
    memo = {
        BATCH_PARTS: len(file.parts),
        BATCH_LAST_INVITATION_AT: last_at.isoformat() if last_at else None,
        BATCH_REQUESTED_BY: request.requested_by,
        BATCH_PACE: request.pace,
        BATCH_OPTIONS: request.choices.as_json(),
    }
    doing = "Look up, as a dry run," if request.dry_run else "Import"
    record = import_record(request, file)
    handles = []
    first_index = 0
    for number, part in enumerate(file.parts, start=1):
        workflow_id = batch_workflow_id(
            request.batch_id, file.content_hash, number, dry_run=request.dry_run
        )
        handle = await client.start_workflow(
            BatchWorkflow.run,
            replace(
                _input(request, part, workflow_id, first_index),
                record=record,
                number=number,
                parts=len(file.parts),
            ),
            id=workflow_id,
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            memo=memo | {BATCH_ROWS: len(part.rows)},
            search_attributes=TypedSearchAttributes(
                [SearchAttributePair(SOURCE_BATCH_ID, request.batch_id)]
            ),
            static_summary=(
                f"{doing} {counted(len(part.rows), 'row')} of batch {request.batch_id}, "
                f"part {number}"
            ),
        )
        first_index += len(part.rows)
        handles.append(handle)
    return handles


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldImport:
    """What holds for an import that was running already.

    Attributes:
        choices: what was chosen for it.
        requested_by: who began it.
        began_at: when.
        last_invitation_at: when its last invitation leaves, if everybody in it gets one.
    """

    choices: ImportChoices
    requested_by: str
    began_at: datetime
    last_invitation_at: datetime | None


async def held_otherwise(
    client: Client, parts: Sequence[PartHandle], request: ImportRequest
) -> HeldImport | None:
    """Return what holds for an import that was just asked for; None where that is what was asked.

    Each part is looked at: one may have ended and have begun anew as asked, while others still run
    as they were begun.

    Raises:
        RPCError: Temporal can't be reached; the import goes on.
    """
    turn = asyncio.Semaphore(_LOOKS_AT_ONCE)

    async def held(part: PartHandle) -> HeldImport:
        async with turn:
            return await _held(await client.get_workflow_handle(part.id).describe())

    found = await asyncio.gather(*map(held, parts))
    return next((one for one in found if one.choices != request.choices), None)


async def _held(described: WorkflowExecutionDescription) -> HeldImport:
    memo = await described.memo()
    last_at = memo.get(BATCH_LAST_INVITATION_AT)
    return HeldImport(
        choices=ImportChoices.from_json(memo.get(BATCH_OPTIONS, {})),
        last_invitation_at=datetime.fromisoformat(last_at) if last_at else None,
        requested_by=str(memo.get(BATCH_REQUESTED_BY, "")),
        began_at=described.start_time,
    )


def _input(request: ImportRequest, part: Part, workflow_id: str, first_index: int) -> PartInput:
    return PartInput(
        batch_id=request.batch_id,
        rows=part.rows,
        rejected=part.rejected,
        repeated=part.repeated,
        source=request.source,
        correlation_id=str(uuid5(NAMESPACE_URL, workflow_id)),
        dry_run=request.dry_run,
        policy=request.policy,
        include_cancelled=request.include_cancelled,
        restart_active=request.restart_active,
        pace=request.pace,
        first_index=first_index,
        starts_at=request.starts_at,
        ruled_out=part.ruled_out,
    )
