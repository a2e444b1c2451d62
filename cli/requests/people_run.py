"""Asks a person's enrolment for something, and says what came or will come of it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowUpdateFailedError

from cli.audit.entry import audited
from cli.database import open_database
from cli.find_person import enrolment_of
from cli.options import answer
from cli.output.tables import clock, said
from cli.sign_in.identity import acting
from cli.temporal import connect_to_temporal
from cli.terminal import fail
from client.enrolments import EnrolmentHandle, has_ended
from client.people.standing import read_standing
from client.requests import Answer, EnrolmentEndedError, ask_enrolment, new_request
from database.errors import DatabaseError
from database.mail.unfinished_mails import count_unfinished
from domain.enrolment.messages import Update
from domain.identifiers import object_id_of
from domain.standing.sentences import why_sentence
from domain.tables.audit import AuditAction
from domain.tables.sending import SendingPolicy
from domain.wording.counted import counted
from settings import AnswerSettings, PolicySettings, load_settings
from temporal.failures import words_of

LOOK_EVERY = timedelta(milliseconds=200)
ENDS_WITHIN = timedelta(seconds=3)


async def pause_person(who: str, reason: str, *, as_json: bool) -> None:
    """Pause somebody."""
    asked = await _ask(AuditAction.PAUSE, Update.PAUSE, who, reason)
    _tell(asked, "Paused.", as_json=as_json)


async def resume_person(who: str, reason: str, *, as_json: bool) -> None:
    """Go on with somebody."""
    asked = await _ask(AuditAction.RESUME, Update.RESUME, who, reason)
    _tell(asked, "Resumed.", as_json=as_json)


async def resend_link(who: str, reason: str, *, as_json: bool) -> None:
    """Have a new link sent, and say what it still waits for."""
    settings = load_settings(PolicySettings)
    asked = await _ask(AuditAction.RESEND, Update.RESEND, who, reason)
    held_by = await mail_holds(asked.object_id, settings)
    sentence = "A new link is on its way."
    if held_by:
        sentence = f"A new link will be sent, but not yet. {' '.join(held_by)}"
    _tell(asked, sentence, as_json=as_json, heldBy=held_by)


async def retry_person(who: str, reason: str, *, as_json: bool) -> None:
    """Have tried again what failed, and say what a mail still waits for."""
    settings = load_settings(PolicySettings)
    asked = await _ask(AuditAction.RETRY, Update.RETRY, who, reason)
    held_by = await mail_holds(asked.object_id, settings)
    sentence = "It is being tried again: `mfa-rollout show` tells what comes of it."
    if held_by:
        sentence = f"{sentence} Mails leave later. {' '.join(held_by)}"
    _tell(asked, sentence, as_json=as_json, heldBy=held_by)


async def cancel_person(who: str, reason: str, *, as_json: bool) -> None:
    """End somebody's enrolment; return when no mail can leave, or say how many still may."""
    asked = await _ask(AuditAction.CANCEL, Update.CANCEL, who, reason)
    ended = asked.answer is Answer.DONE and await _ends(asked.handle)
    count = 0 if ended else await _unfinished(asked.object_id)
    sentence = "Cancelled." if ended else f"Cancelled. {_still_leaving(count)}"
    _tell(asked, sentence, as_json=as_json, ended=ended, mailsUnderWay=count)


async def _ends(handle: EnrolmentHandle) -> bool:
    """Wait a moment until an enrolment has ended, and say whether it has."""
    give_up_at = asyncio.get_running_loop().time() + ENDS_WITHIN.total_seconds()
    while not await has_ended(handle):
        if asyncio.get_running_loop().time() > give_up_at:
            return False
        await asyncio.sleep(LOOK_EVERY.total_seconds())
    return True


# How an admin takes back what no worker has done yet.
_WITHDRAWN_BY = {
    Update.PAUSE: "Withdraw it with `mfa-rollout resume`.",
    Update.RESUME: "Withdraw it with `mfa-rollout pause`.",
    Update.RESEND: "Withdraw it with `mfa-rollout pause`.",
    Update.RETRY: "Withdraw it with `mfa-rollout pause`.",
    Update.CANCEL: "It can't be withdrawn; `mfa-rollout import --include-cancelled` starts the "
    "person again afterwards.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A person's enrolment that was asked for something, and what came of it."""

    handle: EnrolmentHandle
    update: Update
    request_id: str
    answer: Answer

    @property
    def object_id(self) -> str:
        """The person's ObjectId."""
        return object_id_of(self.handle.id)


async def _ask(action: AuditAction, update: Update, who: str, reason: str) -> _Asked:
    """Ask, and return when it is done, or waits for a worker; leave where it is refused."""
    within = load_settings(AnswerSettings).answer_within
    client = await connect_to_temporal()
    handle = await enrolment_of(client, who)
    actor = await acting()
    request = new_request(actor.shown_name, reason)
    try:
        async with audited(action, actor=actor, reason=reason, person=object_id_of(handle.id)):
            answered = await ask_enrolment(handle, update, request, within=within)
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    except EnrolmentEndedError:
        fail("This enrolment has ended.")
    return _Asked(handle=handle, update=update, request_id=request.request_id, answer=answered)


def _tell(asked: _Asked, sentence: str, *, as_json: bool, **more: object) -> None:
    """Say what came of it; where no worker has answered, what will come of it."""
    if asked.answer is Answer.RECORDED:
        sentence = (
            "Recorded: no worker has answered, and it takes effect when one runs "
            f"(`mfa-rollout worker`). {_WITHDRAWN_BY[asked.update]}"
        )
    told = {
        "objectId": asked.object_id,
        "action": asked.update.value,
        "outcome": asked.answer.value,
        "requestId": asked.request_id,
    }
    answer({**told, **more}, sentence, as_json=as_json)


async def mail_holds(object_id: str, settings: PolicySettings) -> list[str]:
    """Say what keeps mail from leaving now; nothing while the tables can't be read."""
    policy = SendingPolicy(window=settings.window, per_day=settings.mail_per_day)
    with suppress(DatabaseError):
        async with open_database() as database, database.reading() as connection:
            standing = await read_standing(connection, object_id, policy, datetime.now(UTC))
        if standing is not None:
            return [said(why_sentence(hold, clock)) for hold in standing.mail_stops]
    return []


async def _unfinished(object_id: str) -> int | None:
    with suppress(DatabaseError):
        async with open_database() as database, database.reading() as connection:
            return await count_unfinished(connection, object_id)
    return None


def _still_leaving(count: int | None) -> str:
    if count is None:
        return "Whether a mail is under way can't be read at the moment."
    if count == 0:
        return "The enrolment is being ended; no mail is under way."
    mails = f"{counted(count, 'mail')} {'is' if count == 1 else 'are'}"
    return f"{mails} under way: withdrawn if possible, but it may still arrive."
