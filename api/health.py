"""Says whether the process lives, and whether it can do its work."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.service import RPCError

from api.outbox.group_commit import StorageUnavailable
from api.services import Services, ServicesOf
from api.temporal_calls import (
    RPC_TIMEOUT,
    CallRefused,
    TemporalUnreachable,
    WorkflowNotFound,
    calling_temporal,
)

router = APIRouter()

_OK = "ok"


@router.get("/healthz")
@router.head("/healthz")
async def healthz() -> JSONResponse:
    """Answer 200 for as long as the process can answer at all."""
    return JSONResponse({"status": _OK})


@router.get("/readyz")
@router.head("/readyz")
async def readyz(request: Request, services: ServicesOf) -> JSONResponse:
    """Answer 200 if Temporal is reached and the outbox can be written, else 503 and what fails."""
    temporal, outbox = await asyncio.gather(_temporal(services), _outbox(services))
    ready = temporal == outbox == _OK
    return JSONResponse(
        {
            "status": _OK if ready else "unavailable",
            "temporal": temporal,
            "outbox": outbox,
            "outbox_depth": services.outbox.depth(),
            # By which `doctor` knows whether the public URL leads here, and past which proxies.
            "instance": services.instance,
            "client": {
                "address": services.addresses.of(request),
                "forwarded_for": services.addresses.forwarded_for(request),
            },
            "untrusted_forwarded_for_at": services.addresses.untrusted_at,
        },
        status_code=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
    )


async def _temporal(services: Services) -> str:
    try:
        async with calling_temporal():
            # More than the server's own health: the namespace exists, and we may use it.
            await services.client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=services.client.namespace), timeout=RPC_TIMEOUT
            )
    except TemporalUnreachable as error:
        return str(error)
    except (RPCError, WorkflowNotFound, CallRefused):
        return "refuses"
    return _OK


async def _outbox(services: Services) -> str:
    try:
        await services.outbox.check()
    except StorageUnavailable:
        return "cannot be written"
    return _OK
