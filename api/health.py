"""Says whether the process lives, and whether it can do its work."""

import asyncio
from enum import StrEnum
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from temporalio.service import RPCError

from api.outbox.group_commit import StorageUnavailable
from api.services import Services, ServicesOf
from api.temporal_calls import RPC_TIMEOUT, TemporalUnreachable, WorkflowNotFound, calling_temporal

router = APIRouter()


class Condition(StrEnum):
    """How something stands that the API needs, as the answer of ``/readyz`` says it."""

    OK = "ok"
    UNREACHABLE = "cannot be reached"
    REFUSED = "refuses the connection"
    UNWRITABLE = "cannot be written"
    UNAVAILABLE = "unavailable"


@router.get("/healthz")
@router.head("/healthz")
async def healthz() -> JSONResponse:
    """Answer 200 for as long as the process can answer at all."""
    return JSONResponse({"status": Condition.OK})


@router.get("/readyz")
@router.head("/readyz")
async def readyz(services: ServicesOf) -> JSONResponse:
    """Answer 200 if Temporal is reached and the outbox can be written, else 503 and what fails."""
    temporal, outbox = await asyncio.gather(_temporal(services), _outbox(services))
    ready = temporal is outbox is Condition.OK
    return JSONResponse(
        {
            "status": Condition.OK if ready else Condition.UNAVAILABLE,
            "temporal": temporal,
            "outbox": outbox,
            "outbox_depth": services.outbox.depth(),
        },
        status_code=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
    )


async def _temporal(services: Services) -> Condition:
    try:
        async with calling_temporal():
            await services.client.service_client.check_health(timeout=RPC_TIMEOUT)
    except TemporalUnreachable:
        return Condition.UNREACHABLE
    except (RPCError, WorkflowNotFound):
        return Condition.REFUSED
    return Condition.OK


async def _outbox(services: Services) -> Condition:
    try:
        await services.outbox.check()
    except StorageUnavailable:
        return Condition.UNWRITABLE
    return Condition.OK
