"""Asks something for many people: first whom it would meet, then, with a reason, for good."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Response
from starlette.datastructures import FormData

from api.portal.access import FormOf, Visitor, allowed, reason_in, request_id_in
from api.portal.people.list_query import PEOPLE, ListQuery, list_query_at
from api.portal.people.wording import ACTIONS, GROUP_EFFECT, GROUP_NAME
from api.portal.requests.wording import REQUESTS, number_in, preview_sentence
from api.portal.services import Portal, PortalOf
from api.temporal_calls import calling_temporal
from client.bulk.selection_text import selection_lines
from client.bulk.start import RequestFinished, Selection, preview, start
from client.bulk.texts import others_text
from database.requests.digest import OtherPeople
from domain.bulk.records import UPDATES, RequestAction
from domain.portal.roles import Permission
from domain.wording.counted import counted

router = APIRouter(include_in_schema=False)

BulkAdmin = Annotated[Visitor, Depends(allowed(Permission.BULK))]
PREVIEW = f"{PEOPLE}/bulk"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a form asks for: an action, for chosen people or for all whom a list finds."""

    action: RequestAction
    query: ListQuery
    object_ids: tuple[str, ...] | None

    @property
    def selection(self) -> Selection:
        """Return whom it is about."""
        if self.object_ids is None:
            return Selection(wanted=self.query.filter)
        return Selection(object_ids=self.object_ids)


@router.post(PREVIEW)
async def show_preview(form: FormOf, visitor: BulkAdmin, portal: PortalOf) -> Response:
    """Say whom the action would meet; nobody is asked yet."""
    asked = _asked(form)
    if asked is None:
        return await _back(visitor, portal, _query(form))
    return await _preview(asked, visitor, portal)


@router.post(f"{PREVIEW}/start")
async def start_request(form: FormOf, visitor: BulkAdmin, portal: PortalOf) -> Response:
    """Start it; a form that is sent twice is one request, since it carries the request's id.

    Where the list finds other people than it was confirmed for, it is asked once more.

    Raises:
        DatabaseError: nothing was done.
        TemporalUnreachable: Temporal is away, and nobody was asked.
    """
    asked = _asked(form)
    reason = reason_in(form)
    if asked is None:
        return await _back(visitor, portal, _query(form))
    if not reason:
        return await _preview(asked, visitor, portal, "Nothing was done: a reason is missing.")
    request_id = request_id_in(form)
    try:
        async with calling_temporal():
            await start(
                portal.client,
                portal.database,
                visitor.actor,
                asked.action,
                asked.selection,
                reason=reason,
                request_id=request_id,
                confirmed=str(form.get("confirmed", "")),
                task_queue=portal.config.task_queue,
            )
    except OtherPeople as others:
        text = others_text(number_in(form), others.people)
        return await _preview(asked, visitor, portal, text, reason)
    except RequestFinished:
        pass
    return portal.go_to(f"{REQUESTS}/{request_id}")


async def _preview(
    asked: _Asked, visitor: Visitor, portal: Portal, fault: str | None = None, reason: str = ""
) -> Response:
    found = await preview(portal.database, asked.action, asked.selection)
    adds = asked.action is RequestAction.ADD_TO_GROUP
    name = GROUP_NAME if adds else ACTIONS[UPDATES[asked.action]].name
    return await portal.pages.page(
        visitor,
        "requests/preview",
        title=f"{name}: {counted(found.people, 'person')}",
        section="requests",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        fault=fault,
        reason=reason,
        asked=asked,
        name=name,
        effect=GROUP_EFFECT if adds else ACTIONS[UPDATES[asked.action]].effect,
        adds=adds,
        found=found,
        sentence=preview_sentence(asked.action, found),
        filters=selection_lines(asked.selection.as_json()) if asked.object_ids is None else None,
        back=asked.query.path(),
        request_id=str(uuid4()),
    )


def _asked(form: FormData) -> _Asked | None:
    try:
        action = RequestAction(str(form.get("action", "")))
    except ValueError:
        return None
    if action is RequestAction.UNDO_IMPORT:
        return None
    if form.get("scope") == "all":
        query = _query(form)
        return None if query.unknown else _Asked(action=action, query=query, object_ids=None)
    try:
        chosen = tuple(str(UUID(str(one))) for one in form.getlist("person"))
    except ValueError:
        return None
    return _Asked(action=action, query=_query(form), object_ids=chosen) if chosen else None


def _query(form: FormData) -> ListQuery:
    return list_query_at(str(form.get("query", "")))


async def _back(visitor: Visitor, portal: Portal, query: ListQuery) -> Response:
    text = "Nothing was done: choose people, or all that match, and what to do."
    if query.unknown:
        text = f"Nothing was done: this filter is unknown: {'; '.join(query.unknown)}."
    await visitor.tell("bad", text)
    return portal.go_to(query.path())
