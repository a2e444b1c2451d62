"""Stops all mail, and starts it again."""

from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException
from pydantic import Field

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.answers import (
    TAKES,
    ActionAnswerModel,
    ActionModel,
    answered,
    request_of,
    wanted_of,
)
from api.admin.rest.models import body_of, rest_router
from api.admin.rest.request import Asked, AskedOf
from api.temporal_calls import calling_temporal
from client.audit.entry import audited
from client.mail_switch import StoppedAgain, start_all_mail, stop_all_mail
from client.requests import Answer
from database.audit.entries import was_done
from domain.enrolment.messages import AdminRequest
from domain.portal.roles import Permission
from domain.tables.audit import AuditAction
from domain.wording.sentence import clause

router = rest_router("mails")

MAIL = "/api/mail"
_IN_TABLES = (
    "Mail is stopped in our tables, which every mail asks before it leaves. Temporal can't be "
    "reached, and is told once it is back."
)
_DONE_BEFORE = "This was done when it was asked for first; asked for again, it changes nothing."

SwitcherOf = Annotated[Caller, Depends(allowed(Permission.MAIL_SWITCH))]
"""Somebody who may stop and start all mail."""


class WantedStartModel(ActionModel):
    """Why all mail is started, and which stop that lifts."""

    stop_id: str | None = Field(
        default=None,
        max_length=100,
        description="`mailStopped.stopId` of `GET /api/status`: where another stop is in force by "
        "now, nothing is done (409). Without it, any stop is lifted.",
        examples=["0b6f0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a"],
    )


@router.post(MAIL + "/stop", operation_id="stopMail", **TAKES)
async def stop(caller: SwitcherOf, asked: AskedOf) -> ActionAnswerModel:
    """Let no mail leave any more, from anywhere; links still count and clocks run."""
    request = await wanted_of(asked, caller, "stop-mail")
    answer = await _switch(caller, asked, request, AuditAction.STOP_MAIL, stop_all_mail)
    said = _IN_TABLES if answer is Answer.TEMPORAL_AWAY else "Mail is stopped."
    return _answered(asked, answer, request, said)


@router.post(
    MAIL + "/start",
    operation_id="startMail",
    **(TAKES | {"openapi_extra": body_of(WantedStartModel)}),
)
async def start(caller: SwitcherOf, asked: AskedOf) -> ActionAnswerModel:
    """Let mails leave again; whatever is due is sent, once each."""
    wanted = await asked.body(WantedStartModel)
    request = request_of(asked, caller, "start-mail", wanted)
    lift = partial(start_all_mail, shown=wanted.stop_id)
    try:
        answer = await _switch(caller, asked, request, AuditAction.START_MAIL, lift)
    except StoppedAgain as error:
        actor, reason = error.stop.actor or "somebody unknown", clause(error.stop.reason or "")
        raise HTTPException(
            HTTPStatus.CONFLICT,
            f"Nothing was changed: another stop is in force, by {actor}"
            f"{f', for the reason: {reason}' if reason else ''}. GET /api/status has its stopId.",
        ) from None
    return _answered(asked, answer, request, "Mail is on again.")


async def _switch(
    caller: Caller,
    asked: Asked,
    request: AdminRequest,
    action: AuditAction,
    switch: Callable[..., Awaitable[Answer]],
) -> Answer | None:
    """Return what came of it; None where this request was done before.

    Since then the switch may have been thrown the other way, which is to stay so.
    """
    async with asked.tables.reading() as connection:
        if await was_done(connection, action, request.request_id):
            return None
    async with (
        calling_temporal(asked.within),
        audited(
            asked.tables,
            asked.actor(caller),
            action,
            reason=request.reason,
            request_id=request.request_id,
        ),
    ):
        return await switch(
            asked.services.client,
            asked.tables,
            request,
            within=asked.services.config.answer_within,
        )


def _answered(
    asked: Asked, answer: Answer | None, request: AdminRequest, said: str
) -> ActionAnswerModel:
    if answer is None:
        return answered(asked, Answer.DONE, request, _DONE_BEFORE, [])
    return answered(asked, answer, request, said, [])
