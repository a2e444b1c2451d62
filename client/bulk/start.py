"""How a request about many people is previewed and started, whoever asks: a verb or the portal."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from database.engine import Database
from database.requests.begin import NewRequest, begin_request
from database.requests.preview import (
    BulkPreview,
    UndoPreview,
    preview_request,
    preview_undo,
)
from database.requests.progress import finish_request
from database.requests.read import read_request
from domain.bulk.records import BulkInput, RequestAction, RequestRecord
from domain.identifiers import BULK_PREFIX, TASK_QUEUE
from domain.tables.audit import Actor
from domain.tables.people import PeopleFilter
from domain.tables.rollout import RequestState
from domain.tables.values import Json
from workflows.bulk.bulk_request import BulkRequestWorkflow
from workflows.bulk.undo_import import UndoImportWorkflow


class RequestFinished(Exception):
    """A request of this id has ended already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Whom a request is about: everybody whom a filter finds, or these people."""

    wanted: PeopleFilter | None = None
    object_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Spell each ObjectId in one way, once.

        Raises:
            ValueError: one is no ObjectId, or nothing was chosen, or both ways were used.
        """
        if (self.wanted is None) == (not self.object_ids):
            raise ValueError("Choose people by a filter or by their ObjectIds.")
        spelled = dict.fromkeys(str(UUID(one)) for one in self.object_ids)
        object.__setattr__(self, "object_ids", tuple(spelled))

    def as_json(self) -> dict[str, Json]:
        """Return it as it is kept with the request; people are only counted there."""
        if self.wanted is None:
            return {"people": len(self.object_ids)}
        return {name: value for name, value in asdict(self.wanted).items() if value is not None}


async def preview(database: Database, action: RequestAction, selection: Selection) -> BulkPreview:
    """Count whom a request would meet, without asking anybody.

    Raises:
        DatabaseUnavailable: the tables can't be read.
    """
    async with database.reading() as connection:
        return await preview_request(
            connection, action, wanted=selection.wanted, object_ids=selection.object_ids
        )


async def preview_undo_of(database: Database, batch_id: str) -> UndoPreview:
    """Count what the undo of an import would do, without doing it.

    Raises:
        DatabaseUnavailable: the tables can't be read.
    """
    async with database.reading() as connection:
        return await preview_undo(connection, batch_id)


async def start(
    client: Client,
    database: Database,
    actor: Actor,
    action: RequestAction,
    selection: Selection,
    *,
    reason: str,
    request_id: str,
    confirmed: str | None = None,
    task_queue: str = TASK_QUEUE,
) -> RequestRecord:
    """Start a request; once this returns it is durable, and whom it is about is fixed.

    The same ``request_id`` is the same request, however often it is sent. The audit log has its
    entry before anybody is asked, and the answer when it has ended. ``confirmed`` is the digest of
    the people whom the admin was shown; None: whoever is found.

    Raises:
        RequestFinished: it was made earlier, and has ended.
        OtherPeople: nothing was done; other people are found than the admin was shown.
        DatabaseError: nothing was done.
        RPCError: Temporal can't be reached; nobody was asked, and the request ended as failed.
    """
    new = NewRequest(
        request_id=request_id,
        action=action,
        actor=actor,
        reason=reason,
        at=datetime.now(UTC),
        selection=selection.as_json(),
        wanted=selection.wanted,
        object_ids=selection.object_ids,
        confirmed=confirmed,
    )
    return await _start(client, database, new, task_queue=task_queue)


async def start_undo(
    client: Client,
    database: Database,
    actor: Actor,
    batch_id: str,
    *,
    reason: str,
    request_id: str,
    confirmed: str | None = None,
    task_queue: str = TASK_QUEUE,
) -> RequestRecord:
    """Start the undo of an import; the same rules hold as for ``start``.

    Raises:
        RequestFinished: it was made earlier, and has ended.
        OtherPeople: nothing was done; other people are found than the admin was shown.
        DatabaseError: nothing was done.
        RPCError: Temporal can't be reached; nothing was taken back.
    """
    new = NewRequest(
        request_id=request_id,
        action=RequestAction.UNDO_IMPORT,
        actor=actor,
        reason=reason,
        at=datetime.now(UTC),
        selection={"batch_id": batch_id},
        wanted=PeopleFilter(batch_id=batch_id),
        confirmed=confirmed,
    )
    return await _start(client, database, new, task_queue=task_queue)


async def _start(
    client: Client, database: Database, new: NewRequest, *, task_queue: str
) -> RequestRecord:
    async with database.writing() as connection:
        is_new = await begin_request(connection, new)
        record = await read_request(connection, new.request_id)
    if record is None:
        raise AssertionError("a request that was recorded is there")
    if not is_new and record.state.is_final:
        raise RequestFinished
    try:
        await _start_workflow(client, _input(record), task_queue)
    except Exception:
        # A call, or the connection itself: the SDK tells of the latter by a plain RuntimeError.
        # Of a start that is given up nobody knows whether it arrived: a worker finds that out.
        if is_new:
            async with database.writing() as connection:
                now = datetime.now(UTC)
                await finish_request(connection, new.request_id, RequestState.FAILED, now)
        raise
    return record


def _input(record: RequestRecord) -> BulkInput:
    """Return what the workflow gets: what was recorded first, whoever asks again."""
    batch_id = record.selection.get("batch_id")
    action = RequestAction(record.action)
    return BulkInput(
        request_id=record.request_id,
        action=action,
        actor=record.actor,
        reason=record.reason or "",
        batch_id=str(batch_id) if action is RequestAction.UNDO_IMPORT else None,
    )


async def _start_workflow(client: Client, input: BulkInput, task_queue: str) -> None:
    undo = input.action is RequestAction.UNDO_IMPORT
    try:
        await client.start_workflow(
            UndoImportWorkflow.run if undo else BulkRequestWorkflow.run,
            input,
            id=f"{BULK_PREFIX}{input.request_id}",
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=_SUMMARIES[input.action].format(batch_id=input.batch_id),
        )
    except WorkflowAlreadyStartedError:
        # It has ended since its row was read.
        return


_SUMMARIES = {
    RequestAction.PAUSE: "Pause many people, as an admin asked",
    RequestAction.RESUME: "Resume many people, as an admin asked",
    RequestAction.RESEND: "Send many people a new link, as an admin asked",
    RequestAction.RETRY: "Try again for many people, as an admin asked",
    RequestAction.ADD_TO_GROUP: "Add people to the enforcement group, as an admin asked",
    RequestAction.CANCEL: "Cancel the enrolments of many people, as an admin asked",
    RequestAction.UNDO_IMPORT: "Undo the import of batch {batch_id}, as an admin asked",
}
