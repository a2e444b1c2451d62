"""Stops all mail, and starts it again."""

from typing import Annotated

from fastapi import Depends

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.answers import TAKES, ActionAnswerModel, answered, wanted_of
from api.admin.rest.models import rest_router
from api.admin.rest.request import Asked, AskedOf
from api.temporal_calls import calling_temporal
from client.audit.entry import audited
from client.mail_switch import start_all_mail, stop_all_mail
from client.requests import Answer
from domain.enrolment.messages import AdminRequest
from domain.portal.roles import Permission
from domain.tables.audit import AuditAction

router = rest_router("mails")

MAIL = "/api/mail"
_IN_TABLES = (
    "Mail is stopped in our tables, which every mail asks before it leaves. Temporal can't be "
    "reached, and is told once it is back."
)

SwitcherOf = Annotated[Caller, Depends(allowed(Permission.MAIL_SWITCH))]
"""Somebody who may stop and start all mail."""


@router.post(MAIL + "/stop", operation_id="stopMail", **TAKES)
async def stop(caller: SwitcherOf, asked: AskedOf) -> ActionAnswerModel:
    """Let no mail leave any more, from anywhere; links still count and clocks run."""
    request = await wanted_of(asked, caller, "stop-mail")
    answer = await _switch(caller, asked, request, stopped=True)
    said = _IN_TABLES if answer is Answer.TEMPORAL_AWAY else "Mail is stopped."
    return answered(asked, answer, request, said, [])


@router.post(MAIL + "/start", operation_id="startMail", **TAKES)
async def start(caller: SwitcherOf, asked: AskedOf) -> ActionAnswerModel:
    """Let mails leave again; whatever is due is sent, once each."""
    request = await wanted_of(asked, caller, "start-mail")
    answer = await _switch(caller, asked, request, stopped=False)
    return answered(asked, answer, request, "Mail is on again.", [])


async def _switch(caller: Caller, asked: Asked, request: AdminRequest, *, stopped: bool) -> Answer:
    action = AuditAction.STOP_MAIL if stopped else AuditAction.START_MAIL
    switch = stop_all_mail if stopped else start_all_mail
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
