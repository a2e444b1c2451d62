"""Stops all mail, starts it again, and tries a mailbox that may not send."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Annotated
from uuid import NAMESPACE_OID, uuid5

from fastapi import APIRouter, Depends, Response
from starlette.datastructures import FormData
from temporalio.client import WorkflowUpdateFailedError

from api.portal.access import FormOf, Visitor, allowed, reason_in, request_id_in
from api.portal.paths import MAILS
from api.portal.services import Portal, PortalOf
from api.temporal_calls import TO_RECORD, calling_temporal
from client.audit.entry import CameOf, audited
from client.mail.probe_mailbox import probe_mailbox
from client.mail_switch import StoppedAgain, start_all_mail, stop_all_mail
from client.requests import Answer
from database.audit.entries import was_done
from database.mail.unfinished_mails import count_being_sent
from domain.enrolment.messages import AdminRequest
from domain.portal.roles import Permission
from domain.tables.audit import AuditAction
from domain.tables.rollout import MailControl
from domain.wording.counted import counted
from domain.wording.sentence import clause
from temporal.failures import words_of

router = APIRouter(include_in_schema=False)

SwitcherOf = Annotated[Visitor, Depends(allowed(Permission.MAIL_SWITCH))]
"""Somebody who may stop and start all mail."""

STOPPED: Mapping[Answer, str] = {
    Answer.DONE: "Mail is stopped.",
    Answer.RECORDED: "Recorded: no worker has answered, and none sends mail after this.",
    Answer.TEMPORAL_AWAY: (
        "Mail is stopped in our tables, which every mail asks before it leaves. Temporal can't be "
        "reached: a worker tells it once it is back, and mail can be started again then."
    ),
}


@router.post(f"{MAILS}/stop")
async def stop(visitor: SwitcherOf, portal: PortalOf, form: FormOf) -> Response:
    """Stop all mail, and say how many mails may still arrive.

    A form that is sent twice is one request: it carries the request's id.
    """
    request = await _request(visitor, form)
    if request is None or await _was_done(portal, AuditAction.STOP_MAIL, request.request_id):
        return _back(portal)
    within = portal.config.answer_within
    try:
        async with (
            _audited(visitor, AuditAction.STOP_MAIL, request),
            calling_temporal(within + TO_RECORD),
        ):
            answer = await stop_all_mail(portal.client, portal.database, request, within=within)
    except WorkflowUpdateFailedError as error:
        await visitor.tell("bad", f"Nothing was changed. {words_of(error.cause)}")
        return _back(portal)
    async with portal.database.reading() as connection:
        being_sent = await count_being_sent(connection, datetime.now(UTC))
    tone = "good" if answer is Answer.DONE else "busy"
    await visitor.tell(tone, STOPPED[answer] + _leaving(being_sent))
    return _back(portal)


@router.post(f"{MAILS}/start")
async def start(visitor: SwitcherOf, portal: PortalOf, form: FormOf) -> Response:
    """Let mails leave again; a form that is sent twice is one request.

    A form that shows another stop than the one in force lifts none.
    """
    request = await _request(visitor, form)
    if request is None or await _was_done(portal, AuditAction.START_MAIL, request.request_id):
        return _back(portal)
    within = portal.config.answer_within
    try:
        async with (
            _audited(visitor, AuditAction.START_MAIL, request),
            calling_temporal(within + TO_RECORD),
        ):
            answer = await start_all_mail(
                portal.client, portal.database, request, shown=_shown_in(form), within=within
            )
    except StoppedAgain as error:
        await visitor.tell("bad", _stopped_again(error.stop))
        return _back(portal)
    except WorkflowUpdateFailedError as error:
        await visitor.tell("bad", f"Nothing was changed. {words_of(error.cause)}")
        return _back(portal)
    if answer is Answer.DONE:
        await visitor.tell("good", "Mail is on again: whatever is due leaves, once each.")
    else:
        said = "Recorded: no worker has answered. Mail is on again when one runs."
        await visitor.tell("busy", said)
    return _back(portal)


@router.post(f"{MAILS}/probe")
async def probe(visitor: SwitcherOf, portal: PortalOf, form: FormOf) -> Response:
    """Send a test mail from a mailbox to itself now: it may send again when that arrives.

    A form that is sent again once that is asked for asks for nothing more.
    """
    address = str(form.get("mailbox", ""))
    configured = portal.config.sender_mailboxes
    if address not in configured:
        await visitor.tell("bad", "Nothing was done: SENDER_MAILBOXES does not name this mailbox.")
        return _back(portal)
    # A page has a form for each mailbox.
    request_id = str(uuid5(NAMESPACE_OID, f"{request_id_in(form)} {address}"))
    if await _was_done(portal, AuditAction.PROBE_MAILBOX, request_id):
        return _back(portal)
    async with (
        audited(
            portal.database,
            visitor.actor,
            AuditAction.PROBE_MAILBOX,
            reason=address,
            request_id=request_id,
        ),
        calling_temporal(portal.config.answer_within + TO_RECORD),
    ):
        await probe_mailbox(
            portal.client, configured.index(address), task_queue=portal.config.task_queue
        )
    await visitor.tell(
        "busy",
        f"A worker sends a test mail from {address} to itself now. The mailbox may send again when "
        "it arrives; that takes up to ten minutes.",
    )
    return _back(portal)


async def _request(visitor: Visitor, form: FormData) -> AdminRequest | None:
    reason = reason_in(form)
    if not reason:
        await visitor.tell("bad", "Nothing was changed: a reason is missing.")
        return None
    return AdminRequest(
        actor=visitor.session.actor_name, reason=reason, request_id=request_id_in(form)
    )


async def _was_done(portal: Portal, action: AuditAction, request_id: str) -> bool:
    """Say whether this form was sent before and done.

    Since then the switch may have been thrown the other way, which is to stay so.
    """
    async with portal.database.reading() as connection:
        return await was_done(connection, action, request_id)


def _audited(
    visitor: Visitor, action: AuditAction, request: AdminRequest
) -> AbstractAsyncContextManager[CameOf]:
    return audited(
        visitor.portal.database,
        visitor.actor,
        action,
        reason=request.reason,
        request_id=request.request_id,
    )


def _shown_in(form: FormData) -> str | None:
    shown = form.get("shown")
    return None if shown is None else str(shown)


def _stopped_again(stop: MailControl) -> str:
    reason = f": {clause(stop.reason)}" if stop.reason else ""
    return (
        "Nothing was changed. After you opened the page, mail was started and then stopped again "
        f"by {stop.actor or 'somebody unknown'}{reason}. To lift that stop, start mail again here."
    )


def _leaving(count: int) -> str:
    if count == 0:
        return ""
    mails = f"{counted(count, 'mail')} {'was' if count == 1 else 'were'}"
    return f" {mails} being sent at this moment, and may still arrive."


def _back(portal: Portal) -> Response:
    return portal.go_to(MAILS)
