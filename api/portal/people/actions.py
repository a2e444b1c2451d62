"""Asks a person's enrolment for something, and says what will come of it."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Response
from temporalio.client import WorkflowUpdateFailedError

from api.portal.access import FormOf, NotAllowed, Visitor, VisitorOf, reason_in, request_id_in
from api.portal.people.list_query import PEOPLE
from api.portal.people.one_person import PERSON, name_of, nobody, read_status
from api.portal.people.pending import PendingRequest, pending_request
from api.portal.people.wording import ACTIONS, Action
from api.portal.services import Portal, PortalOf
from api.temporal_calls import TO_RECORD, TemporalUnreachable, calling_temporal
from client.audit.entry import audited
from client.enrolments import EnrolmentHandle, enrolment_handle
from client.people.pending import look_up_request
from client.requests import Answer, EnrolmentEndedError, ask_enrolment
from database.mail.under_way import count_unfinished
from domain.enrolment.messages import AdminRequest, Update
from domain.standing.sentences import why_sentence
from temporal.failures import words_of

router = APIRouter(include_in_schema=False)


@router.post(f"{PERSON}/{{update}}")
async def ask(
    object_id: UUID, update: Update, form: FormOf, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Ask, and say on the person's page what became of it.

    A form that is sent twice is one request: it carries the request's id.

    Raises:
        NotAllowed: the role doesn't include it.
        AuditUnavailable: it can't be logged, and nothing was done.
        TemporalUnreachable: Temporal is away.
    """
    action = ACTIONS[update]
    if not visitor.may(action.permission):
        raise NotAllowed(action.permission)
    status = await read_status(portal, str(object_id))
    if status is None:
        return await nobody(visitor, portal)
    page = f"{PEOPLE}/{object_id}"
    reason = reason_in(form)
    if not reason:
        await visitor.tell("bad", f"{action.name}: nothing was done, a reason is missing.")
        return portal.go_to(f"{page}?do={update.value}")
    request = AdminRequest(
        actor=visitor.session.actor_name,
        reason=reason,
        request_id=request_id_in(form),
    )
    handle = enrolment_handle(portal.client, str(object_id))
    within = portal.config.answer_within
    try:
        async with (
            audited(
                portal.database,
                visitor.actor,
                action.audited_as,
                reason=reason,
                person=str(object_id),
                request_id=request.request_id,
            ),
            calling_temporal(within + TO_RECORD),
        ):
            answer = await ask_enrolment(handle, update, request, within=within)
    except WorkflowUpdateFailedError as error:
        await visitor.tell("bad", f"{action.name}: nothing was done. {words_of(error.cause)}")
        return portal.go_to(page)
    except EnrolmentEndedError:
        text = f"{action.name}: nothing was done. The enrolment of {name_of(status.page.row)}"
        await visitor.tell("bad", f"{text} has ended in the meantime.")
        return portal.go_to(page)
    if answer is Answer.RECORDED:
        pending = PendingRequest(
            update=update, request_id=request.request_id, asked_at=datetime.now(UTC)
        )
        return portal.go_to(f"{page}?pending={pending.as_text()}")
    await visitor.tell(*await _outcome(action, visitor, portal, str(object_id)))
    return portal.go_to(page)


@router.get(f"{PERSON}/pending/{{text}}")
async def look_up(object_id: UUID, text: str, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Return what has become of a request that no worker had answered."""
    pending, status = pending_request(text), await read_status(portal, str(object_id))
    if pending is None or status is None:
        return await nobody(visitor, portal)
    kind, said = "busy", ""
    if pending.shows_in(status.page):
        kind, said = "good", ACTIONS[pending.update].done
    else:
        kind, said = await _looked_up(pending, enrolment_handle(portal.client, str(object_id)))
    return portal.pages.fragment(
        visitor,
        "people/pending",
        pending=pending,
        action=ACTIONS[pending.update],
        row=status.page.row,
        outcome=(kind, said),
    )


async def _looked_up(pending: PendingRequest, handle: EnrolmentHandle) -> tuple[str, str]:
    try:
        async with calling_temporal():
            answer = await look_up_request(handle, pending.request_id)
    except WorkflowUpdateFailedError as error:
        return "bad", f"It was refused. {words_of(error.cause)}"
    except TemporalUnreachable:
        return "busy", ""
    return ("good", ACTIONS[pending.update].done) if answer is Answer.DONE else ("busy", "")


async def _outcome(
    action: Action, visitor: Visitor, portal: Portal, object_id: str
) -> tuple[str, str]:
    """Return what will happen now that the enrolment has agreed."""
    status = await read_status(portal, object_id)
    if action.mails and status is not None and status.mail_stops:
        clock = portal.pages.clock(visitor.request)
        holds = " ".join(why_sentence(hold, clock.text) for hold in status.mail_stops)
        began = "A new link will be sent" if action.update is Update.RESEND else "Mails go on"
        return "busy", f"{began}, but not yet. {holds}"
    if action.update in {Update.CANCEL, Update.PAUSE}:
        async with portal.database.reading() as connection:
            count = await count_unfinished(connection, object_id)
        if count:
            mails = "One mail is" if count == 1 else f"{count} mails are"
            left = f"{mails} under way: withdrawn if possible, but it may still arrive."
            return "busy", f"{action.done} {left}"
    return "good", action.done
