"""Forgets a person, and says what it can't reach."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException
from pydantic import Field
from temporalio.client import WorkflowFailureError

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.models import RestModel, body_of, problems, rest_router
from api.admin.rest.people.people import PERSON, PersonId
from api.admin.rest.request import AskedOf, Reason
from api.temporal_calls import TO_RECORD, calling_temporal
from client.erasure.out_of_reach import out_of_reach
from client.erasure.under_way import begin_erasure
from client.requests import Answer
from database.enrolments.person import read_record
from domain.portal.roles import Permission
from temporal.failures import innermost_message
from workflows.erasure import ErasureInput

router = rest_router("people")

EraserOf = Annotated[Caller, Depends(allowed(Permission.ERASE))]
"""Somebody who may have people forgotten."""
_LEFT = "Backups of database, Temporal and SharePoint: repeat this, by ObjectId, after a restore."


class WantedErasureModel(RestModel):
    """An erasure."""

    reason: Reason = Field(description="Why: it stays in the audit log.", examples=["request 4711"])
    upns: list[str] = Field(
        default=[],
        max_length=20,
        description="Earlier user principal names of theirs, which rows of imports may hold.",
        examples=[["ada.byron@contoso.com"]],
    )
    with_import_histories: bool = Field(
        default=False,
        description="Also delete the histories of their batches' imports, which name everybody in "
        "them.",
    )


class ErasureReportModel(RestModel):
    """What was deleted."""

    ended: bool = Field(description="Whether an enrolment was running, and was ended.")
    terminated: bool = Field(
        description="Whether it didn't end by itself: a draft may be left in a mailbox."
    )
    table_rows: dict[str, int] = Field(
        description="Rows of our tables that are gone or nameless.",
        examples=[{"enrolment": 1, "story": 12}],
    )
    list_rows: int = Field(description="Rows of the tracking list.")
    managed: int = Field(description="People who name no manager now.")
    histories: int = Field(description="Histories of the enrolment.")
    import_histories: int = Field(description="Histories of imports that were deleted.")
    import_histories_left: int = Field(description="Histories of imports that are still there.")
    import_batches: list[str] = Field(
        description="Of which batches: nothing else tells them afterwards.", examples=[["wave-1"]]
    )
    imports_running: int = Field(description="Those of them that run.")


class ErasureModel(RestModel):
    """An erasure, and what came of it."""

    request_id: str = Field(
        description="The id under which it is done once.",
        examples=["0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a"],
    )
    outcome: Answer = Field(description="`done`, or `recorded`: it goes on.")
    report: ErasureReportModel | None = Field(
        description="What was deleted; null: it goes on.",
        examples=[
            {
                "ended": True,
                "terminated": False,
                "tableRows": {"enrolment": 1, "story": 12},
                "listRows": 1,
                "managed": 0,
                "histories": 1,
                "importHistories": 0,
                "importHistoriesLeft": 1,
                "importBatches": ["wave-1"],
                "importsRunning": 0,
            }
        ],
    )
    out_of_reach: list[str] = Field(
        description="What it can't reach, in sentences.", examples=[[_LEFT]]
    )


@router.post(
    PERSON + "/erase",
    operation_id="erasePerson",
    responses={
        202: {
            "model": ErasureModel,
            "description": "It goes on; send it again with its `Idempotency-Key` to be told what "
            "came of it.",
        },
        **problems(409, 413),
    },
    openapi_extra=body_of(WantedErasureModel),
)
async def erase(object_id: PersonId, caller: EraserOf, asked: AskedOf) -> ErasureModel:
    """Delete what is held about a person, also where our tables know nobody of this ObjectId.

    Their enrolment is ended first. It can't be undone, and goes on whatever happens to the request.
    """
    wanted = await asked.body(WantedErasureModel)
    config, person = asked.services.config, str(object_id)
    async with asked.tables.reading() as connection:
        row = await read_record(connection, person)
    known = [row.upn] if row is not None and row.upn else []
    wish = (person, str(wanted.with_import_histories), *sorted(wanted.upns))
    request_id = asked.request_id(caller, f"erase {' '.join(wish)}")
    erasing = begin_erasure(
        asked.services.client,
        asked.tables,
        asked.actor(caller),
        ErasureInput(
            object_id=person,
            upns=tuple(dict.fromkeys([*known, *wanted.upns])),
            with_import_histories=wanted.with_import_histories,
        ),
        reason=wanted.reason,
        request_id=request_id,
        task_queue=config.task_queue,
    )
    report = None
    async with calling_temporal(config.result_within + TO_RECORD):
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(config.result_within.total_seconds()):
                    report = await asyncio.shield(erasing)
        except WorkflowFailureError as error:
            raise HTTPException(
                HTTPStatus.CONFLICT,
                "The erasure is not complete; start it again when this is put right: "
                f"{innermost_message(error.cause)}",
            ) from None
    if report is None:
        asked.response.status_code = HTTPStatus.ACCEPTED
    return ErasureModel(
        request_id=request_id,
        outcome=Answer.RECORDED if report is None else Answer.DONE,
        report=None if report is None else ErasureReportModel.model_validate(report),
        out_of_reach=[] if report is None else out_of_reach(report),
    )
