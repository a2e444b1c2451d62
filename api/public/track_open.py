"""The tracking pixel: always the same image, whatever happens behind it."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import structlog
from fastapi import APIRouter, Request, Response

from api.links.resolver import KnownLink, LookupUnavailable, Resolution, UnknownLink
from api.outbox.event_ids import new_event_id
from api.outbox.group_commit import StorageUnavailable
from api.outbox.hit import Hit, HitKind
from api.outbox.hit_counters import DropReason
from api.services import Services, ServicesOf
from domain.tracking_token import token_in_query

log = structlog.get_logger(__name__)
router = APIRouter()

PATH = "/api/track-open"
MAX_QUERY_BYTES = 1024

LONGEST_WAIT = timedelta(milliseconds=250)
"""How long the image waits for the commit; the open is kept even if the image goes out first."""

PIXEL = bytes.fromhex(
    "47494638396101000100"  # GIF89a, 1 by 1
    "800000"  # a table of two colours
    "ffffff000000"
    "21f90401000000002c"  # the first of them is transparent
    "00000000010001000002024401003b"
)
"""A transparent GIF of one pixel, 43 bytes."""


@router.get(PATH)
async def track_open(request: Request, services: ServicesOf) -> Response:
    """Keep the open in the outbox and answer with the image ("always returns 200 OK", the seed).

    An open of a token that is nobody's is not kept.
    """
    query = request.scope["query_string"]
    if len(query) <= MAX_QUERY_BYTES:
        token = token_in_query(query)
        if token is not None:
            try:
                await _keep(request, services, token)
            except StorageUnavailable:
                # A mail must not show a broken image.
                services.counters.note_dropped(HitKind.OPENED, DropReason.OUTBOX)
            except Exception as error:  # noqa: BLE001 - for the same reason
                services.counters.note_dropped(HitKind.OPENED, DropReason.FAILED)
                # Not with the exception: its message may quote the token.
                log.error("open not kept", error=type(error).__name__)  # noqa: TRY400
    return _pixel()


@router.head(PATH)
async def probe_pixel() -> Response:
    """Answer as for a GET, and record nothing: who asks for the head shows no image."""
    return _pixel()


@router.options(PATH)
async def pixel_options() -> Response:
    """Name the methods."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": "GET, HEAD, OPTIONS"})


async def _keep(request: Request, services: Services, token: str) -> None:
    if token in services.outbox.recent_opens:
        return
    at = datetime.now(UTC)
    resolution: Resolution = LookupUnavailable()
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
            resolution = await services.links.resolver.resolve(token)
    if isinstance(resolution, UnknownLink):
        return
    is_known = isinstance(resolution, KnownLink)
    client = services.addresses.of(request)
    if not is_known and not await services.limits.admit_unknown_open(client):
        services.counters.note_dropped(HitKind.OPENED, DropReason.CLIENT_LIMIT)
        return
    hit = Hit(
        kind=HitKind.OPENED,
        event_id=new_event_id(),
        subject=token,
        at=at,
        is_known=is_known,
    )
    await services.outbox.append(hit, within=LONGEST_WAIT)


def _pixel() -> Response:
    return Response(PIXEL, media_type="image/gif", headers={"Cache-Control": "no-store"})
