"""Takes back the import of a batch: first what that would do, then, with a reason, for good."""

from http import HTTPStatus
from typing import Annotated

from fastapi import HTTPException, Path
from pydantic import Field

from api.admin.rest.models import RestModel, body_of, problems, rest_router
from api.admin.rest.request import AskedOf, Reason
from api.admin.rest.requests.models import CONFIRMED, PEOPLE_DIGEST, RequestModel
from api.admin.rest.requests.start import STARTS, BulkOf, must_be_as_many, started
from api.admin.rest.tables import TablesOf
from client.bulk.request_json import undo_json
from client.bulk.start import preview_undo_of, start_undo
from database.engine import Database
from database.requests.preview import UndoPreview
from domain.bulk.records import RequestAction, RequestRecord
from domain.identifiers import BATCH_ID_PATTERN

router = rest_router("imports")

UNDO = "/api/batches/{batchId}/undo"
BatchId = Annotated[
    str, Path(alias="batchId", max_length=200, description="The batch.", examples=["wave-1"])
]


class UndoPreviewModel(RestModel):
    """What the undo of an import would do."""

    batch_id: str = Field(description="The batch.", examples=["wave-1"])
    people: int = Field(description="People whom the batch brought.", examples=[25])
    invited: int = Field(description="Those who got mail: cancelled, and their rows stay.")
    erased: int = Field(description="Those who got none: nothing of them stays.", examples=[24])
    in_group: int = Field(description="Those who are taken out of the enforcement group.")
    left_in_group: int = Field(description="Members who stay, since we did not put them there.")
    registered: int = Field(description="Those who have registered by now.")
    unknown: int = Field(description="Names that the directory doesn't know: their rows go.")
    people_digest: str = PEOPLE_DIGEST


class WantedUndoModel(RestModel):
    """Why an import is taken back."""

    reason: Reason = Field(
        description="Why: it stays in each person's history and in the audit log.",
        examples=["the wrong file"],
    )
    people: int | None = Field(
        default=None,
        description="How many people the preview has found: where it would be others now, nothing "
        "is done. Null: whoever is found.",
        examples=[25],
    )
    people_digest: str | None = CONFIRMED


@router.get(UNDO, operation_id="previewUndo", responses=problems(404))
async def show_undo(batch_id: BatchId, _: BulkOf, tables: TablesOf) -> UndoPreviewModel:
    """Count what the undo of an import would do; nothing is done."""
    found = await _found(tables, batch_id)
    return UndoPreviewModel.model_validate(undo_json(batch_id, found))


@router.post(UNDO, operation_id="undoImport", openapi_extra=body_of(WantedUndoModel), **STARTS)
async def start(batch_id: BatchId, caller: BulkOf, asked: AskedOf) -> RequestModel:
    """End the enrolments of everybody whom a batch brought; `Location` tells how far it is.

    Who was put into the enforcement group by us is taken out of it, and the rows of people who got
    no mail are deleted.
    """
    wanted = await asked.body(WantedUndoModel)

    async def check() -> None:
        must_be_as_many(wanted.people, (await _found(asked.tables, batch_id)).people)

    async def begin(request_id: str) -> RequestRecord:
        return await start_undo(
            asked.services.client,
            asked.tables,
            asked.actor(caller),
            batch_id,
            reason=wanted.reason,
            request_id=request_id,
            confirmed=wanted.people_digest,
            task_queue=asked.services.config.task_queue,
        )

    selection = {"batch_id": batch_id}
    undo = RequestAction.UNDO_IMPORT
    return await started(asked, caller, undo, selection, check=check, begin=begin)


async def _found(tables: Database, batch_id: str) -> UndoPreview:
    """Count what would be taken back.

    Raises:
        HTTPException: 404, nothing: the batch has nobody.
    """
    if BATCH_ID_PATTERN.fullmatch(batch_id):
        found = await preview_undo_of(tables, batch_id)
        if found.people or found.unknown:
            return found
    raise HTTPException(HTTPStatus.NOT_FOUND, "No batch has this id, or nobody is left in it.")
