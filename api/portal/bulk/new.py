"""The preview of an action on many people, and its start."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.portal.access import FormOf, Visitor, allowed
from api.portal.bulk.chosen import EXPLAINED, NAMES, NEW, REQUESTS, Chosen, chosen
from api.portal.imports.begin import tell
from api.portal.people.list_query import FILTERS
from api.portal.services import Portal, PortalOf
from api.temporal_calls import CallRefused, TemporalUnreachable, calling_temporal
from client.bulk.start import (
    RequestFinished,
    Selection,
    preview,
    preview_undo_of,
    start,
    start_undo,
)
from client.bulk.texts import refused_text
from database.requests.preview import BulkPreview, UndoPreview
from domain.bulk.records import RequestAction
from domain.enrolment.messages import LONGEST_REASON
from domain.plain_text import bounded_line
from domain.portal.roles import Permission

router = APIRouter(include_in_schema=False)

BulkActorOf = Annotated[Visitor, Depends(allowed(Permission.BULK))]
"""Somebody who may act on many people at once."""


@router.get(NEW)
async def show_preview(request: Request, visitor: BulkActorOf, portal: PortalOf) -> Response:
    """Count whom an action would meet, and ask for the reason; nothing is done yet."""
    what = chosen(request.query_params)
    if what.problem is not None or what.action is None:
        return await _unknown(visitor, portal, what)
    found = await _preview(portal, what, what.action)
    undo = found if isinstance(found, UndoPreview) else None
    return await portal.pages.page(
        visitor,
        "bulk/preview",
        title=f"{NAMES[what.action]}: {_number(found.people)}",
        section="people",
        what=what,
        explained=EXPLAINED[what.action],
        button=NAMES[what.action],
        filters=[(FILTERS[name], value) for name, value in what.query.given.items()],
        found=found if isinstance(found, BulkPreview) else None,
        refused=refused_text(what.action, found.refused)
        if isinstance(found, BulkPreview) and found.refused
        else None,
        undo=undo,
        people=found.people,
        request_id=str(uuid4()),
        longest=LONGEST_REASON,
    )


@router.post(REQUESTS)
async def begin(visitor: BulkActorOf, portal: PortalOf, form: FormOf) -> Response:
    """Start it, if it still meets as many people as the preview said; twice is once."""
    what = chosen({name: value for name, value in form.items() if isinstance(value, str)})
    if what.problem is not None or what.action is None:
        return await _unknown(visitor, portal, what)
    reason = bounded_line(str(form.get("reason", "")), LONGEST_REASON)
    request_id = _guid(str(form.get("request_id", "")))
    if not reason or request_id is None:
        await tell(visitor, "bad", "Nothing was done: a reason is missing.")
        return _go(portal, what.path)
    found = await _preview(portal, what, what.action)
    if str(found.people) != form.get("people"):
        told = f"Nothing was done: it is about {_number(found.people)} by now. Look again."
        await tell(visitor, "bad", told)
        return _go(portal, what.path)
    try:
        async with calling_temporal():
            await _start(visitor, portal, what, what.action, reason=reason, request_id=request_id)
    except RequestFinished:
        # The same form once more: its page shows what came of it.
        return _go(portal, f"{REQUESTS}/{request_id}")
    except (TemporalUnreachable, CallRefused) as error:
        await tell(visitor, "bad", f"Nobody was asked: {error} Try again once Temporal answers.")
        return _go(portal, what.path)
    return _go(portal, f"{REQUESTS}/{request_id}")


async def _start(
    visitor: Visitor,
    portal: Portal,
    what: Chosen,
    action: RequestAction,
    *,
    reason: str,
    request_id: str,
) -> None:
    queue = portal.config.task_queue
    if what.is_undo:
        await start_undo(
            portal.client,
            portal.database,
            visitor.actor,
            what.batch_id,
            reason=reason,
            request_id=request_id,
            task_queue=queue,
        )
        return
    await start(
        portal.client,
        portal.database,
        visitor.actor,
        action,
        Selection(wanted=what.query.filter),
        reason=reason,
        request_id=request_id,
        task_queue=queue,
    )


async def _preview(
    portal: Portal, what: Chosen, action: RequestAction
) -> BulkPreview | UndoPreview:
    if what.is_undo:
        return await preview_undo_of(portal.database, what.batch_id)
    return await preview(portal.database, action, Selection(wanted=what.query.filter))


async def _unknown(visitor: Visitor, portal: Portal, what: Chosen) -> Response:
    return await portal.pages.page(
        visitor,
        "bulk/unknown",
        title="Nothing was done",
        section="people",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        problem=what.problem,
    )


def _go(portal: Portal, path: str) -> Response:
    return RedirectResponse(portal.pages.root + path, HTTPStatus.SEE_OTHER)


def _guid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _number(people: int) -> str:
    return "1 person" if people == 1 else f"{people:,} people"
