"""Requests about many people: the latest, how far one is, what came of it, and its stop."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from api.portal.access import FormOf, Visitor, VisitorOf, allowed, reason_in
from api.portal.people.one_person import nobody
from api.portal.requests.wording import NAMES, REQUESTS, STATES
from api.portal.services import PortalOf
from api.temporal_calls import calling_temporal
from client.bulk.follow import NoSuchRequest, RequestEnded, progress, stop
from client.bulk.selection_text import selection_lines
from client.bulk.texts import outcome_text
from database.requests.read import read_requested, read_requests
from domain.bulk.records import PersonOutcome, RequestAction, RequestRecord
from domain.portal.roles import Permission

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 50
_NOTHING_DONE = tuple(
    one
    for one in PersonOutcome
    if one not in {PersonOutcome.DONE, PersonOutcome.ERASED, PersonOutcome.KEPT}
)


@router.get(REQUESTS)
async def list_requests(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show the latest requests; while one is under way, the page asks for them again."""
    async with portal.database.reading() as connection:
        records = await read_requests(connection)
    if visitor.is_fragment:
        return portal.pages.fragment(visitor, "requests/rows", records=records, **_words())
    return await portal.pages.page(
        visitor,
        "requests/list",
        title="Requests about many people",
        section="requests",
        records=records,
        **_words(),
    )


@router.get(f"{REQUESTS}/{{request_id:uuid}}")
async def show_request(
    request_id: UUID, request: Request, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Show one request, or, for htmx, how far it is."""
    try:
        record = await progress(portal.database, str(request_id))
    except NoSuchRequest:
        return await nobody(visitor, portal)
    values = {"record": record, **_words()}
    if visitor.is_fragment:
        if record.state.is_final:
            # The page has more to show then: for whom nothing was done, and when it ended.
            return Response(headers={"HX-Refresh": "true"})
        return portal.pages.fragment(visitor, "requests/progress", **values)
    after = request.query_params.get("after", "")
    async with portal.database.reading() as connection:
        people = await read_requested(
            connection,
            record.request_id,
            outcomes=_NOTHING_DONE,
            after=_object_id(after),
            limit=PAGE_SIZE + 1,
        )
    return await portal.pages.page(
        visitor,
        "requests/request",
        title=_title(record),
        section="requests",
        people=people[:PAGE_SIZE],
        next_after=people[PAGE_SIZE - 1].object_id if len(people) > PAGE_SIZE else None,
        selection=selection_lines(record.selection),
        **values,
    )


@router.post(f"{REQUESTS}/{{request_id:uuid}}/stop")
async def stop_request(
    request_id: UUID,
    form: FormOf,
    visitor: Annotated[Visitor, Depends(allowed(Permission.BULK))],
    portal: PortalOf,
) -> Response:
    """Stop a request after the people whose turn it is; what is done stays done.

    Raises:
        DatabaseError: nothing was done.
        TemporalUnreachable: Temporal is away.
    """
    reason = reason_in(form)
    if not reason:
        kind, text = "bad", "Nothing was stopped: a reason is missing."
    else:
        try:
            async with calling_temporal():
                await stop(
                    portal.client, portal.database, visitor.actor, str(request_id), reason=reason
                )
            kind, text = "good", "It stops after the people who are being asked now."
        except NoSuchRequest:
            return await nobody(visitor, portal)
        except RequestEnded:
            kind, text = "bad", "Nothing was stopped: it has ended already."
    await visitor.tell(kind, text)
    return portal.go_to(f"{REQUESTS}/{request_id}")


def _words() -> dict[str, Any]:
    return {
        "names": NAMES,
        "states": STATES,
        "outcome_text": outcome_text,
        "requests_page": REQUESTS,
    }


def _title(record: RequestRecord) -> str:
    try:
        return NAMES[RequestAction(record.action)]
    except ValueError:
        return "Request"


def _object_id(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
