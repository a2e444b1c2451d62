"""Asks a person's enrolment for something, and says what will come of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from fastapi import APIRouter, Response
from temporalio.client import WorkflowUpdateFailedError

from api.portal.access import FormOf, NotAllowed, Visitor, VisitorOf, reason_in, request_id_in
from api.portal.people.list_query import PEOPLE
from api.portal.people.one_person import PERSON, name_of, nobody, read_status
from api.portal.people.pending import PendingRequest, read_asked
from api.portal.people.wording import ACTIONS, Action
from api.portal.services import Portal, PortalOf
from api.temporal_calls import TO_RECORD, TemporalUnreachable, calling_temporal
from client.audit.entry import audited
from client.enrolments import EnrolmentHandle, enrolment_handle
from client.people.pending import look_up_request
from client.requests import Answer, EnrolmentEndedError, ask_enrolment
from database.mail.unfinished_mails import count_unfinished
from domain.enrolment.messages import AdminRequest, Update
from domain.standing.sentences import why_sentence
from domain.wording.counted import counted
from temporal.failures import words_of

router = APIRouter(include_in_schema=False)
_BEGUN = {
    Update.RESEND: "A new link will be sent",
    Update.RESUME: "Mails go on",
    Update.RETRY: "It is tried again; a mail leaves",
}
_NO_WORKER = "No worker has answered; it takes effect when one runs."


class OutcomeKind(StrEnum):
    """How far a request is that the tables didn't show."""

    RECORDED = "recorded"
    """No worker has answered."""
    AGREED = "agreed"
    """The enrolment has done it; the tables don't show it yet."""
    SHOWN = "shown"
    """The tables show it."""
    OVER = "over"
    """It was refused, or something later is so."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of a request, and what is said of that."""

    kind: OutcomeKind
    text: str


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
        # The forms of one page have one id, and pausing is no repeat of cancelling.
        request_id=str(uuid5(UUID(request_id_in(form)), update.value)),
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
        await visitor.tell("busy", f"{action.name}: recorded. {_NO_WORKER}")
        return portal.go_to(page)
    await visitor.tell(*await _outcome(action, visitor, portal, str(object_id)))
    return portal.go_to(page)


@router.get(f"{PERSON}/pending")
async def look_up(object_id: UUID, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Return what has become of the latest request, which the tables didn't show."""
    status = await read_status(portal, str(object_id))
    if status is None:
        return await nobody(visitor, portal)
    async with portal.database.reading() as connection:
        asked = await read_asked(connection, status, datetime.now(UTC))
    if asked.latest is None:
        return await nobody(visitor, portal)
    if asked.pending is not None:
        outcome = await _looked_up(asked.pending, enrolment_handle(portal.client, str(object_id)))
    elif asked.latest.shows_in(status.page):
        outcome = Outcome(OutcomeKind.SHOWN, ACTIONS[asked.latest.update].done)
    else:
        outcome = Outcome(OutcomeKind.OVER, "The person's page says how they stand now.")
    return portal.pages.fragment(
        visitor,
        "people/pending",
        pending=asked.latest,
        action=ACTIONS[asked.latest.update],
        row=status.page.row,
        outcome=outcome,
    )


async def _looked_up(pending: PendingRequest, handle: EnrolmentHandle) -> Outcome | None:
    """Return what the enrolment has said, None where that isn't known."""
    if pending.request_id is None:
        return None
    try:
        async with calling_temporal():
            answer = await look_up_request(handle, pending.request_id)
    except WorkflowUpdateFailedError as error:
        return Outcome(OutcomeKind.OVER, f"It was refused. {words_of(error.cause)}")
    except TemporalUnreachable:
        return None
    if answer is Answer.DONE:
        return Outcome(OutcomeKind.AGREED, ACTIONS[pending.update].done)
    return Outcome(OutcomeKind.RECORDED, _NO_WORKER)


async def _outcome(
    action: Action, visitor: Visitor, portal: Portal, object_id: str
) -> tuple[str, str]:
    """Return what will happen now that the enrolment has agreed."""
    status = await read_status(portal, object_id)
    if action.mails and status is not None and status.mail_stops:
        clock = portal.pages.clock(visitor.request)
        holds = " ".join(why_sentence(hold, clock.text) for hold in status.mail_stops)
        began = _BEGUN[action.update]
        return "busy", f"{began}, but not yet. {holds}"
    if action.update in {Update.CANCEL, Update.PAUSE}:
        async with portal.database.reading() as connection:
            count = await count_unfinished(connection, object_id)
        if count:
            mails = f"{counted(count, 'mail')} {'is' if count == 1 else 'are'}"
            left = f"{mails} under way: withdrawn if possible, but it may still arrive."
            return "busy", f"{action.done} {left}"
    return "good", action.done
