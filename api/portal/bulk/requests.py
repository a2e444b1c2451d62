"""Actions on many people: which there were, how far one is, what came of it, and its stop."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.portal.access import FormOf, Visitor, VisitorOf
from api.portal.bulk.chosen import NAMES, REQUESTS
from api.portal.bulk.new import BulkActorOf
from api.portal.imports.begin import tell
from api.portal.services import Portal, PortalOf
from api.temporal_calls import calling_temporal
from client.bulk.follow import NoSuchRequest, RequestEnded, progress, stop
from client.bulk.texts import outcome_text
from database.requests.read import read_requested, read_requests
from domain.bulk.records import PersonOutcome, RequestRecord
from domain.enrolment.messages import LONGEST_REASON
from domain.plain_text import bounded_line
from domain.records.rollout import RequestState

router = APIRouter(include_in_schema=False)

TONES = {
    RequestState.PENDING: "busy",
    RequestState.RUNNING: "busy",
    RequestState.DONE: "good",
    RequestState.STOPPED: "calm",
    RequestState.FAILED: "bad",
}
_AS_WANTED = {PersonOutcome.DONE, PersonOutcome.ERASED, PersonOutcome.KEPT}
_SHOWN = 100


@router.get(REQUESTS)
async def show_requests(visitor: VisitorOf, portal: PortalOf) -> Response:
    """List the latest actions on many people."""
    async with portal.database.reading() as connection:
        records = await read_requests(connection)
    return await portal.pages.page(
        visitor,
        "bulk/requests",
        title="Actions on many people",
        section="people",
        records=records,
        names=NAMES,
        tones=TONES,
    )


@router.get(f"{REQUESTS}/{{request_id}}")
async def show_request(request_id: UUID, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show an action, how far it is, and for whom nothing was done."""
    record = await _read(portal, request_id)
    if record is None:
        return await _no_request(visitor, portal)
    async with portal.database.reading() as connection:
        others = await read_requested(
            connection,
            record.request_id,
            outcomes=[one for one in PersonOutcome if one not in _AS_WANTED],
            after=None,
            limit=_SHOWN,
        )
    return await portal.pages.page(
        visitor,
        "bulk/request",
        title=f"{NAMES.get(record.action, record.action)}: {record.people:,} people",
        section="people",
        others=[(one, outcome_text(one.outcome, one.reason)) for one in others],
        shown=_SHOWN,
        **_values(portal, record),
    )


@router.get(f"{REQUESTS}/{{request_id}}/standing")
async def show_standing(request_id: UUID, visitor: VisitorOf, portal: PortalOf) -> Response:
    """Return how far it is, as its page asks for every two seconds until it has ended."""
    record = await _read(portal, request_id)
    if record is None or record.state.is_final:
        return Response(headers={"HX-Refresh": "true"})
    return portal.pages.fragment(visitor, "bulk/standing", **_values(portal, record))


@router.post(f"{REQUESTS}/{{request_id}}/stop")
async def stop_request(
    request_id: UUID, visitor: BulkActorOf, portal: PortalOf, form: FormOf
) -> Response:
    """Stop it: what is done stays done."""
    reason = bounded_line(str(form.get("reason", "")), LONGEST_REASON) or "stopped in the portal"
    try:
        async with calling_temporal():
            await stop(
                portal.client, portal.database, visitor.actor, str(request_id), reason=reason
            )
        await tell(visitor, "busy", "It stops after the people whose turn it is.")
    except NoSuchRequest:
        return await _no_request(visitor, portal)
    except RequestEnded:
        await tell(visitor, "bad", "It has ended already, so there is nothing to stop.")
    path = f"{portal.pages.root}{REQUESTS}/{request_id}"
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


async def _read(portal: Portal, request_id: UUID) -> RequestRecord | None:
    try:
        return await progress(portal.database, str(request_id))
    except NoSuchRequest:
        return None


def _values(portal: Portal, record: RequestRecord) -> dict[str, Any]:
    return {
        "record": record,
        "done": record.people - record.with_outcome(None),
        "counts": [(outcome_text(one.outcome, one.reason), one.people) for one in record.counts],
        "tone": TONES[record.state],
        "here": f"{portal.pages.root}{REQUESTS}/{record.request_id}",
    }


async def _no_request(visitor: Visitor, portal: Portal) -> Response:
    return await portal.pages.page(
        visitor,
        "bulk/no_request",
        title="There is no such action",
        section="people",
        status=HTTPStatus.NOT_FOUND,
    )
