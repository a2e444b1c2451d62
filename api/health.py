"""Says whether the process lives, and whether it can do its work."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.readiness import OK
from api.services import ServicesOf

router = APIRouter()


@router.get("/healthz")
@router.head("/healthz")
async def healthz() -> JSONResponse:
    """Answer 200 for as long as the process can answer at all."""
    return JSONResponse({"status": OK})


@router.get("/readyz")
@router.head("/readyz")
async def readyz(request: Request, services: ServicesOf) -> JSONResponse:
    """Answer 200 while a click can be kept, else 503; the body says what else is away.

    Without Temporal the outbox keeps clicks, so an API is not to be taken out of service then.
    """
    temporal, outbox = await services.readiness.look()
    status = OK if temporal == OK else "degraded"
    return JSONResponse(
        {
            "status": status if outbox == OK else "unavailable",
            "temporal": temporal,
            "outbox": outbox,
            "clock": services.clock.finding,
            "outbox_depth": services.outbox.depth(),
            # By which `doctor` knows whether the public URL leads here, and past which proxies.
            "instance": services.instance,
            "client": {
                "address": services.addresses.of(request),
                "forwarded_for": services.addresses.forwarded_for(request),
            },
            "untrusted_forwarded_for_at": services.addresses.untrusted_at,
        },
        status_code=HTTPStatus.OK if outbox == OK else HTTPStatus.SERVICE_UNAVAILABLE,
    )
