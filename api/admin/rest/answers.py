"""What is asked for with a reason alone, and what is answered: done, or recorded."""

from http import HTTPStatus
from typing import Any

from pydantic import Field

from api.admin.bearers import Caller
from api.admin.rest.models import RestModel, body_of, problems
from api.admin.rest.request import Asked, Reason
from client.requests import Answer
from domain.enrolment.messages import AdminRequest

_RECORDED = "Recorded: no worker has answered, and it takes effect when one runs."


class ActionModel(RestModel):
    """What is asked for."""

    reason: Reason = Field(
        description="Why: it stays in the audit log and in the person's history.",
        examples=["on leave until May"],
    )


class ActionAnswerModel(RestModel):
    """What came of it."""

    outcome: Answer = Field(
        description="`done`, or `recorded`: it takes effect when a worker runs. Of a stop of all "
        "mail also `temporal-away`: it is in effect, and Temporal is told once it is back."
    )
    message: str = Field(description="The same in a sentence.", examples=["Paused."])
    held_by: list[str] = Field(
        description="What the mail still waits for, in sentences.", examples=[[]]
    )
    request_id: str = Field(
        description="The id under which Temporal keeps the request.",
        examples=["0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a"],
    )


_LATER_EXAMPLE = {
    "outcome": Answer.RECORDED,
    "message": _RECORDED,
    "heldBy": [],
    "requestId": "0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a",
}
_STATES: dict[int | str, Any] = {
    202: {
        "model": ActionAnswerModel,
        "description": "Recorded.",
        "content": {"application/json": {"example": _LATER_EXAMPLE}},
    },
    **problems(404, 409, 413),
}

TAKES: dict[str, Any] = {"responses": _STATES, "openapi_extra": body_of(ActionModel)}
"""What the document says of an endpoint that takes a reason alone."""


async def wanted_of(asked: Asked, caller: Caller, what: str) -> AdminRequest:
    """Return what is asked for, as workflows take it."""
    wanted = await asked.body(ActionModel)
    return request_of(asked, caller, what, wanted)


def request_of(asked: Asked, caller: Caller, what: str, wanted: ActionModel) -> AdminRequest:
    """Return what a body asks for, as workflows take it."""
    return AdminRequest(
        actor=asked.actor(caller).name,
        reason=wanted.reason,
        request_id=asked.request_id(caller, what),
    )


def answered(
    asked: Asked, answer: Answer, request: AdminRequest, message: str, held_by: list[str]
) -> ActionAnswerModel:
    """Return the answer: 200 where it is done, else 202."""
    if answer is not Answer.DONE:
        asked.response.status_code = HTTPStatus.ACCEPTED
    return ActionAnswerModel(
        outcome=answer,
        message=_RECORDED if answer is Answer.RECORDED else message,
        held_by=held_by,
        request_id=request.request_id,
    )
