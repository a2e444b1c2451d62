"""What may be asked for about one person: each with a reason, each audited."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.answers import TAKES, ActionAnswerModel, answered, wanted_of
from api.admin.rest.models import rest_router
from api.admin.rest.people.people import PERSON, PersonId, hold_sentences, nobody
from api.admin.rest.request import Asked, AskedOf
from api.temporal_calls import calling_temporal
from client.bulk.one_person import NOT_ADDED, add_person_to_group
from client.bulk.texts import outcome_text
from client.people.ask import ask_person
from client.people.standing import read_standing
from client.requests import Answer
from database.enrolments.person import read_record
from domain.enrolment.messages import Update
from domain.portal.roles import Permission

router = rest_router("actions")

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


PauserOf = Annotated[Caller, Depends(allowed(Permission.PAUSE))]
ResenderOf = Annotated[Caller, Depends(allowed(Permission.RESEND))]
RetrierOf = Annotated[Caller, Depends(allowed(Permission.RETRY))]
GroupAdminOf = Annotated[Caller, Depends(allowed(Permission.GROUP))]
CancellerOf = Annotated[Caller, Depends(allowed(Permission.CANCEL))]


@router.post(PERSON + "/pause", operation_id="pausePerson", **TAKES)
async def pause(object_id: PersonId, caller: PauserOf, asked: AskedOf) -> ActionAnswerModel:
    """Send this person nothing until resumed."""
    return await _ask(str(object_id), Update.PAUSE, caller, asked)


@router.post(PERSON + "/resume", operation_id="resumePerson", **TAKES)
async def resume(object_id: PersonId, caller: PauserOf, asked: AskedOf) -> ActionAnswerModel:
    """Go on with a paused person."""
    return await _ask(str(object_id), Update.RESUME, caller, asked)


@router.post(PERSON + "/resend", operation_id="resendLink", **TAKES)
async def resend(object_id: PersonId, caller: ResenderOf, asked: AskedOf) -> ActionAnswerModel:
    """Send this person a new link; `heldBy` says what it still waits for."""
    return await _ask(str(object_id), Update.RESEND, caller, asked)


@router.post(PERSON + "/retry", operation_id="retryPerson", **TAKES)
async def retry(object_id: PersonId, caller: RetrierOf, asked: AskedOf) -> ActionAnswerModel:
    """Try again at once what failed: mail address and manager are read from Entra ID anew."""
    return await _ask(str(object_id), Update.RETRY, caller, asked)


@router.post(PERSON + "/add-to-group", operation_id="addPersonToGroup", **TAKES)
async def add_to_group(
    object_id: PersonId, caller: GroupAdminOf, asked: AskedOf
) -> ActionAnswerModel:
    """Add a registered person to the enforcement group, unless they are excluded or cancelled."""
    request = await wanted_of(asked, caller, f"add-to-group {object_id}")
    await _must_be_known(str(object_id), asked)
    services = asked.services
    async with calling_temporal(asked.within):
        outcome = await add_person_to_group(
            services.client,
            asked.tables,
            asked.actor(caller),
            str(object_id),
            reason=request.reason,
            request_id=request.request_id,
            within=services.config.answer_within,
            task_queue=services.config.task_queue,
        )
    if outcome is not None and outcome.outcome in NOT_ADDED:
        raise HTTPException(HTTPStatus.CONFLICT, outcome_text(outcome.outcome, outcome.reason))
    answer = Answer.RECORDED if outcome is None else Answer.DONE
    message = "" if outcome is None else f"{outcome_text(outcome.outcome, outcome.reason)}."
    return answered(asked, answer, request, message, [])


@router.post(PERSON + "/cancel", operation_id="cancelPerson", **TAKES)
async def cancel(object_id: PersonId, caller: CancellerOf, asked: AskedOf) -> ActionAnswerModel:
    """End this person's enrolment; their links are not recognised any more."""
    return await _ask(str(object_id), Update.CANCEL, caller, asked)


async def _ask(object_id: str, update: Update, caller: Caller, asked: Asked) -> ActionAnswerModel:
    services = asked.services
    request = await wanted_of(asked, caller, f"{update.value} {object_id}")
    await _must_be_known(object_id, asked)
    async with calling_temporal(asked.within):
        answer = await ask_person(
            services.client,
            asked.tables,
            object_id,
            update,
            request,
            actor=asked.actor(caller),
            within=services.config.answer_within,
        )
    held_by = await _held_by(object_id, asked) if update in {Update.RESEND, Update.RETRY} else []
    return answered(asked, answer, request, _LATER[update] if held_by else _DONE[update], held_by)


async def _must_be_known(object_id: str, asked: Asked) -> None:
    async with asked.tables.reading() as connection:
        if await read_record(connection, object_id) is None:
            raise nobody()


async def _held_by(object_id: str, asked: Asked) -> list[str]:
    async with asked.tables.reading() as connection:
        now, policy = datetime.now(UTC), asked.services.config.sending
        standing = await read_standing(connection, object_id, policy, now)
    return [] if standing is None else hold_sentences(standing)
