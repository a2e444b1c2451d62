"""Asks the same for many people: first whom it would meet, then, with a reason, for good."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, HTTPException

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.models import body_of, problems, rest_router
from api.admin.rest.request import Asked, AskedOf
from api.admin.rest.requests.models import (
    PreviewModel,
    RequestModel,
    SelectionModel,
    WantedRequestModel,
)
from api.temporal_calls import calling_temporal
from client.bulk.follow import progress
from client.bulk.request_json import preview_json, request_json
from client.bulk.start import RequestFinished, preview, start
from client.bulk.texts import others_text
from database.requests.digest import OtherPeople
from database.requests.read import read_request
from domain.bulk.records import PersonOutcome, RequestRecord
from domain.portal.roles import Permission
from domain.tables.rollout import RequestState
from domain.tables.values import Json
from domain.wording.counted import counted

router = rest_router("requests")

REQUESTS = "/api/requests"

BulkOf = Annotated[Caller, Depends(allowed(Permission.BULK))]
"""Somebody who may act on many people at once."""

STARTS: Mapping[str, Any] = {
    "status_code": HTTPStatus.ACCEPTED,
    "responses": {
        200: {"model": RequestModel, "description": "It was made earlier, and has ended."},
        **problems(404, 409, 413),
    },
}


@router.post(
    REQUESTS + "/preview",
    operation_id="previewRequest",
    responses=problems(413),
    openapi_extra=body_of(SelectionModel),
)
async def show_preview(_: BulkOf, asked: AskedOf) -> PreviewModel:
    """Count whom a request would meet; nobody is asked."""
    wanted = await asked.body(SelectionModel)
    found = await preview(asked.tables, wanted.action, wanted.selection())
    return PreviewModel.model_validate(preview_json(wanted.action, found))


@router.post(
    REQUESTS, operation_id="startRequest", openapi_extra=body_of(WantedRequestModel), **STARTS
)
async def start_request(caller: BulkOf, asked: AskedOf) -> RequestModel:
    """Ask many people's enrolments for the same; `Location` tells how far it is."""
    wanted = await asked.body(WantedRequestModel)
    selection = wanted.selection()

    async def check() -> None:
        found = await preview(asked.tables, wanted.action, selection)
        must_be_as_many(wanted.people, found.people)
        if not found.asked:
            raise HTTPException(HTTPStatus.CONFLICT, "There is nobody to ask, so nothing was done.")

    async def begin(request_id: str) -> RequestRecord:
        return await start(
            asked.services.client,
            asked.tables,
            asked.actor(caller),
            wanted.action,
            selection,
            reason=wanted.reason,
            request_id=request_id,
            confirmed=wanted.people_digest,
            task_queue=asked.services.config.task_queue,
        )

    # A request that names people keeps only how many they are.
    what = " ".join((wanted.action, *sorted(selection.object_ids)))
    return await started(asked, caller, what, selection.as_json(), check=check, begin=begin)


def must_be_as_many(expected: int | None, found: int) -> None:
    """Check that a preview still holds.

    Raises:
        HTTPException: 409, it would be about other people.
    """
    if expected is not None and expected != found:
        raise HTTPException(
            HTTPStatus.CONFLICT,
            f"It would be about {counted(found, 'person')} and not {expected}. Nothing was done: "
            "look at the preview again.",
        )


async def started(
    asked: Asked,
    caller: Caller,
    what: str,
    selection: Mapping[str, Json],
    *,
    check: Callable[[], Awaitable[None]],
    begin: Callable[[str], Awaitable[RequestRecord]],
) -> RequestModel:
    """Begin a request, unless one was begun with the same key; what holds is checked first.

    Raises:
        HTTPException: 409, the key was used for something else, or other people are found.
    """
    request_id, known = await _known(asked, caller, what)
    if known is None:
        await check()
    elif known.selection != selection:
        raise HTTPException(
            HTTPStatus.CONFLICT,
            "This Idempotency-Key belongs to a request about other people: send another key.",
        )
    try:
        async with calling_temporal(asked.within):
            record = await begin(request_id)
    except OtherPeople as others:
        raise HTTPException(HTTPStatus.CONFLICT, others_text(None, others.people)) from None
    except RequestFinished:
        asked.response.status_code = HTTPStatus.OK
        record = await progress(asked.tables, request_id)
    config = asked.services.config
    asked.response.headers["Location"] = f"{config.root_path}{REQUESTS}/{request_id}"
    return RequestModel.model_validate(request_json(record))


async def _known(asked: Asked, caller: Caller, what: str) -> tuple[str, RequestRecord | None]:
    """Return the id of this request, and what is known of it.

    One that failed before anybody was asked, since Temporal was away, doesn't count.
    """
    attempt = 1
    while True:
        request_id = asked.request_id(caller, what if attempt == 1 else f"{what} {attempt}")
        async with asked.tables.reading() as connection:
            known = await read_request(connection, request_id)
        if (
            known is None
            or known.state is not RequestState.FAILED
            or known.with_outcome(PersonOutcome.STOPPED) < known.people
        ):
            return request_id, known
        attempt += 1
