"""Requests about many people: the latest, how far one is, its people, and its stop."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import HTTPException, Path, Query

from api.admin.auth import LookerOf
from api.admin.rest.models import body_of, problems, rest_router
from api.admin.rest.request import AskedOf, ReasonModel
from api.admin.rest.requests.models import (
    RequestedPeopleModel,
    RequestedPersonModel,
    RequestModel,
    RequestsModel,
    StoppingModel,
)
from api.admin.rest.requests.start import REQUESTS, BulkOf
from api.admin.rest.tables import TablesOf
from api.temporal_calls import calling_temporal
from client.bulk.follow import NoSuchRequest, RequestEnded, progress, stop
from client.bulk.request_json import request_json, requested_json
from database.engine import Database
from database.requests.read import read_requested, read_requests
from domain.bulk.records import PersonOutcome, RequestRecord

router = rest_router("requests")

REQUEST = REQUESTS + "/{requestId}"
RequestId = Annotated[UUID, Path(alias="requestId", description="`requestId` of the request.")]


@router.get(REQUESTS, operation_id="listRequests")
async def list_requests(
    _: LookerOf,
    tables: TablesOf,
    limit: Annotated[int, Query(ge=1, le=500, description="So many.")] = 50,
) -> RequestsModel:
    """List requests about many people, the latest first."""
    async with tables.reading() as connection:
        records = await read_requests(connection, limit=limit)
    return RequestsModel(requests=[_model(record) for record in records])


@router.get(REQUEST, operation_id="showRequest", responses=problems(404))
async def show_request(request_id: RequestId, _: LookerOf, tables: TablesOf) -> RequestModel:
    """Tell how far a request is, and what came of it."""
    return _model(await _read(tables, request_id))


@router.get(REQUEST + "/people", operation_id="listRequestedPeople", responses=problems(404))
async def list_people(
    request_id: RequestId,
    _: LookerOf,
    tables: TablesOf,
    *,
    outcome: Annotated[
        list[PersonOutcome] | None, Query(description="Only these; without it, everybody.")
    ] = None,
    after: Annotated[UUID | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="People of a page.")] = 200,
) -> RequestedPeopleModel:
    """List the people of a request, and what came of it for each."""
    await _read(tables, request_id)
    async with tables.reading() as connection:
        people = await read_requested(
            connection,
            str(request_id),
            outcomes=outcome or (),
            after=None if after is None else str(after),
            limit=limit + 1,
        )
    shown = people[:limit]
    return RequestedPeopleModel(
        people=[RequestedPersonModel.model_validate(requested_json(one)) for one in shown],
        next=shown[-1].object_id if len(people) > limit else None,
    )


@router.post(
    REQUEST + "/stop",
    operation_id="stopRequest",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(404, 409, 413),
    openapi_extra=body_of(ReasonModel),
)
async def stop_request(request_id: RequestId, caller: BulkOf, asked: AskedOf) -> StoppingModel:
    """Stop a request after the people whose turn it is; what is done stays done."""
    wanted = await asked.body(ReasonModel)
    try:
        async with calling_temporal(asked.within):
            await stop(
                asked.services.client,
                asked.tables,
                asked.actor(caller),
                str(request_id),
                reason=wanted.reason,
            )
    except NoSuchRequest:
        raise _no_such_request() from None
    except RequestEnded:
        raise HTTPException(HTTPStatus.CONFLICT, "This request has ended already.") from None
    return StoppingModel(request_id=str(request_id), stopping=True)


async def _read(tables: Database, request_id: UUID) -> RequestRecord:
    try:
        return await progress(tables, str(request_id))
    except NoSuchRequest:
        raise _no_such_request() from None


def _no_such_request() -> HTTPException:
    return HTTPException(HTTPStatus.NOT_FOUND, "No request has this id.")


def _model(record: RequestRecord) -> RequestModel:
    return RequestModel.model_validate(request_json(record))
