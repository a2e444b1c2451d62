"""Takes back the import of a batch: first what that would do, then, with a reason, for good."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Response

from api.portal.access import FormOf, Visitor, allowed, reason_in
from api.portal.imports.batches import no_batch
from api.portal.imports.paths import BATCHES, batch_path
from api.portal.requests.wording import REQUESTS, number_in
from api.portal.services import Portal, PortalOf
from api.temporal_calls import TO_RECORD, calling_temporal
from client.bulk.start import RequestFinished, preview_undo_of, start_undo
from client.bulk.texts import others_text
from database.requests.digest import OtherPeople
from database.requests.read import read_request
from domain.enrolment.messages import LONGEST_REASON
from domain.identifiers import BATCH_ID_PATTERN
from domain.portal.roles import Permission

router = APIRouter(include_in_schema=False)

BulkAdmin = Annotated[Visitor, Depends(allowed(Permission.BULK))]
"""Somebody who may act on many people at once."""


@router.get(BATCHES + "/{batch_id}/undo")
async def show_undo(batch_id: str, visitor: BulkAdmin, portal: PortalOf) -> Response:
    """Count what an undo would do; nothing is done yet."""
    found = await preview_undo_of(portal.database, batch_id)
    if not (found.people or found.unknown) or not BATCH_ID_PATTERN.fullmatch(batch_id):
        return await no_batch(visitor, portal)
    return await portal.pages.page(
        visitor,
        "imports/undo",
        title=f"Undo the import of batch {batch_id}",
        section="batches",
        batch_id=batch_id,
        found=found,
        request_id=str(uuid4()),
        longest=LONGEST_REASON,
    )


@router.post(BATCHES + "/{batch_id}/undo")
async def start(batch_id: str, visitor: BulkAdmin, portal: PortalOf, form: FormOf) -> Response:
    """Start it; a form that is sent twice is one request, since it carries the request's id.

    Raises:
        DatabaseError: nothing was done.
        TemporalUnreachable: Temporal is away, and nothing was taken back.
    """
    found = await preview_undo_of(portal.database, batch_id)
    request_id = _guid(str(form.get("request_id", "")))
    if not (found.people or found.unknown) or not BATCH_ID_PATTERN.fullmatch(batch_id):
        if request_id is not None and await _is_known(portal, request_id):
            # The same form once more, after it has taken back all that there was.
            return portal.go_to(f"{REQUESTS}/{request_id}")
        return await no_batch(visitor, portal)
    here = f"{batch_path(batch_id)}/undo"
    reason = reason_in(form)
    if not reason or request_id is None:
        await visitor.tell("bad", "Nothing was done: a reason is missing.")
        return portal.go_to(here)
    try:
        async with calling_temporal(portal.config.answer_within + TO_RECORD):
            await start_undo(
                portal.client,
                portal.database,
                visitor.actor,
                batch_id,
                reason=reason,
                request_id=request_id,
                confirmed=str(form.get("confirmed", "")),
                task_queue=portal.config.task_queue,
            )
    except OtherPeople as others:
        await visitor.tell("bad", others_text(number_in(form), others.people))
        return portal.go_to(here)
    except RequestFinished:
        # The same form once more: the request's page shows what came of it.
        pass
    return portal.go_to(f"{REQUESTS}/{request_id}")


async def _is_known(portal: Portal, request_id: str) -> bool:
    async with portal.database.reading() as connection:
        return await read_request(connection, request_id) is not None


def _guid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
