"""What may be asked for about one person, or about all mail: each with a reason, each audited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from fastapi import Depends, Header, HTTPException, Request, Response
from pydantic import Field, StringConstraints

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.models import RestModel, body_of, problems, read_body, rest_router
from api.admin.rest.people import PERSON, PersonId, hold_sentences, nobody
from api.admin.rest.tables import TablesOf
from api.services import Services, ServicesOf
from api.temporal_calls import TO_RECORD, calling_temporal
from client.audit.entry import audited
from client.bulk.one_person import NOT_ADDED, add_person_to_group
from client.bulk.texts import outcome_text
from client.mail_switch import start_all_mail, stop_all_mail
from client.people.ask import ask_person
from client.people.standing import read_standing
from client.requests import Answer
from database.engine import Database
from database.enrolments.person import read_record
from domain.enrolment.messages import AdminRequest, Update
from domain.portal.roles import Permission
from domain.tables.audit import Actor, AuditAction

router = rest_router("actions")

MAIL = "/api/mail"
_RECORDED = "Recorded: no worker has answered, and it takes effect when one runs."
_IN_TABLES = (
    "Mail is stopped in our tables, which every mail asks before it leaves. Temporal can't be "
    "reached, and is told once it is back."
)
_DONE: Mapping[Update, str] = {
    Update.PAUSE: "Paused.",
    Update.RESUME: "Resumed.",
    Update.RESEND: "A new link is on its way.",
    Update.RETRY: "It is being tried again.",
    Update.CANCEL: "Cancelled.",
}
_LATER: Mapping[Update, str] = {
    Update.RESEND: "A new link will be sent, but not yet.",
    Update.RETRY: "It is being tried again; mails leave later.",
}

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Any text of yours: a request that is sent again with the same key is done "
        "once, as long as the enrolment runs.",
        examples=["ticket-4711"],
    ),
]


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

_TAKES: dict[str, Any] = {"responses": _STATES, "openapi_extra": body_of(ActionModel)}

PauserOf = Annotated[Caller, Depends(allowed(Permission.PAUSE))]
ResenderOf = Annotated[Caller, Depends(allowed(Permission.RESEND))]
RetrierOf = Annotated[Caller, Depends(allowed(Permission.RETRY))]
GroupAdminOf = Annotated[Caller, Depends(allowed(Permission.GROUP))]
CancellerOf = Annotated[Caller, Depends(allowed(Permission.CANCEL))]
SwitcherOf = Annotated[Caller, Depends(allowed(Permission.MAIL_SWITCH))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request of somebody who has been let in, and what it is done with."""

    request: Request
    response: Response
    services: Services
    tables: Database
    reason: str
    key: str | None

    def actor(self, caller: Caller) -> Actor:
        return caller.actor(self.services.addresses.of(self.request))

    def admin_request(self, caller: Caller, what: str) -> AdminRequest:
        key = self.key
        told = f"{caller.object_id} {what} {key}"
        request_id = str(uuid4() if key is None else uuid5(NAMESPACE_OID, told))
        actor = self.actor(caller).name
        return AdminRequest(actor=actor, reason=self.reason, request_id=request_id)

    def answer(
        self, answer: Answer, asked: AdminRequest, message: str, held_by: list[str]
    ) -> ActionAnswerModel:
        if answer is not Answer.DONE:
            self.response.status_code = HTTPStatus.ACCEPTED
        return ActionAnswerModel(
            outcome=answer,
            message=_RECORDED if answer is Answer.RECORDED else message,
            held_by=held_by,
            request_id=asked.request_id,
        )


async def _asked(
    request: Request, response: Response, services: ServicesOf, tables: TablesOf, key: Key = None
) -> _Asked:
    wanted = await read_body(request, ActionModel)
    return _Asked(
        request=request,
        response=response,
        services=services,
        tables=tables,
        reason=wanted.reason,
        key=key,
    )


AskedOf = Annotated[_Asked, Depends(_asked)]


@router.post(PERSON + "/pause", operation_id="pausePerson", **_TAKES)
async def pause(object_id: PersonId, caller: PauserOf, asked: AskedOf) -> ActionAnswerModel:
    """Send this person nothing until resumed."""
    return await _ask(str(object_id), Update.PAUSE, caller, asked)


@router.post(PERSON + "/resume", operation_id="resumePerson", **_TAKES)
async def resume(object_id: PersonId, caller: PauserOf, asked: AskedOf) -> ActionAnswerModel:
    """Go on with a paused person."""
    return await _ask(str(object_id), Update.RESUME, caller, asked)


@router.post(PERSON + "/resend", operation_id="resendLink", **_TAKES)
async def resend(object_id: PersonId, caller: ResenderOf, asked: AskedOf) -> ActionAnswerModel:
    """Send this person a new link; `heldBy` says what it still waits for."""
    return await _ask(str(object_id), Update.RESEND, caller, asked)


@router.post(PERSON + "/retry", operation_id="retryPerson", **_TAKES)
async def retry(object_id: PersonId, caller: RetrierOf, asked: AskedOf) -> ActionAnswerModel:
    """Try again at once what failed: mail address and manager are read from Entra ID anew."""
    return await _ask(str(object_id), Update.RETRY, caller, asked)


@router.post(PERSON + "/add-to-group", operation_id="addPersonToGroup", **_TAKES)
async def add_to_group(
    object_id: PersonId, caller: GroupAdminOf, asked: AskedOf
) -> ActionAnswerModel:
    """Add a registered person to the enforcement group, unless they are excluded or cancelled."""
    await _must_be_known(str(object_id), asked)
    services = asked.services
    request = asked.admin_request(caller, f"add-to-group {object_id}")
    within = services.config.answer_within
    async with calling_temporal(within + TO_RECORD):
        outcome = await add_person_to_group(
            services.client,
            asked.tables,
            asked.actor(caller),
            str(object_id),
            reason=request.reason,
            request_id=request.request_id,
            within=within,
            task_queue=services.config.task_queue,
        )
    if outcome is not None and outcome.outcome in NOT_ADDED:
        raise HTTPException(HTTPStatus.CONFLICT, outcome_text(outcome.outcome, outcome.reason))
    answer = Answer.RECORDED if outcome is None else Answer.DONE
    message = "" if outcome is None else f"{outcome_text(outcome.outcome, outcome.reason)}."
    return asked.answer(answer, request, message, [])


@router.post(PERSON + "/cancel", operation_id="cancelPerson", **_TAKES)
async def cancel(object_id: PersonId, caller: CancellerOf, asked: AskedOf) -> ActionAnswerModel:
    """End this person's enrolment; their links are not recognised any more."""
    return await _ask(str(object_id), Update.CANCEL, caller, asked)


@router.post(MAIL + "/stop", operation_id="stopMail", **_TAKES)
async def stop(caller: SwitcherOf, asked: AskedOf) -> ActionAnswerModel:
    """Let no mail leave any more, from anywhere; links still count and clocks run."""
    request = asked.admin_request(caller, "stop-mail")
    answer = await _switch(caller, asked, request, stopped=True)
    said = _IN_TABLES if answer is Answer.TEMPORAL_AWAY else "Mail is stopped."
    return asked.answer(answer, request, said, [])


@router.post(MAIL + "/start", operation_id="startMail", **_TAKES)
async def start(caller: SwitcherOf, asked: AskedOf) -> ActionAnswerModel:
    """Let mails leave again; whatever is due is sent, once each."""
    request = asked.admin_request(caller, "start-mail")
    answer = await _switch(caller, asked, request, stopped=False)
    return asked.answer(answer, request, "Mail is on again.", [])


async def _ask(object_id: str, update: Update, caller: Caller, asked: _Asked) -> ActionAnswerModel:
    services = asked.services
    await _must_be_known(object_id, asked)
    within = services.config.answer_within
    request = asked.admin_request(caller, f"{update.value} {object_id}")
    async with calling_temporal(within + TO_RECORD):
        answer = await ask_person(
            services.client,
            asked.tables,
            object_id,
            update,
            request,
            actor=asked.actor(caller),
            within=within,
        )
    held_by = await _held_by(object_id, asked) if update in {Update.RESEND, Update.RETRY} else []
    return asked.answer(answer, request, _LATER[update] if held_by else _DONE[update], held_by)


async def _must_be_known(object_id: str, asked: _Asked) -> None:
    async with asked.tables.reading() as connection:
        if await read_record(connection, object_id) is None:
            raise nobody()


async def _held_by(object_id: str, asked: _Asked) -> list[str]:
    async with asked.tables.reading() as connection:
        now, policy = datetime.now(UTC), asked.services.config.sending
        standing = await read_standing(connection, object_id, policy, now)
    return [] if standing is None else hold_sentences(standing)


async def _switch(caller: Caller, asked: _Asked, request: AdminRequest, *, stopped: bool) -> Answer:
    services = asked.services
    within = services.config.answer_within
    action = AuditAction.STOP_MAIL if stopped else AuditAction.START_MAIL
    switch = stop_all_mail if stopped else start_all_mail
    async with (
        calling_temporal(within + TO_RECORD),
        audited(
            asked.tables,
            asked.actor(caller),
            action,
            reason=request.reason,
            request_id=request.request_id,
        ),
    ):
        return await switch(services.client, asked.tables, request, within=within)
