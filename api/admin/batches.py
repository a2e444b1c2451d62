"""How an import or a preflight stands, by the name of its batch."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from api.admin.auth import AdminOf
from api.admin.import_reports import batch_json
from api.services import Services, ServicesOf
from api.temporal_calls import TemporalUnreachable, calling_temporal
from client.import_progress import ImportProgress, ImportWatch, find_parts, find_preflight
from domain.identifiers import BATCH_ID_PATTERN
from domain.imports.report import ImportReport, PreflightReport, Report

router = APIRouter()

BATCHES, PREFLIGHTS = "/api/batches", "/api/preflights"

LONGEST_WAIT = timedelta(seconds=30)
LOOK_EVERY = 0.5
# Visibility tells of a new import a moment late.
VISIBLE_WITHIN = timedelta(seconds=2)
LOOK_WITHIN = timedelta(seconds=20)
T = TypeVar("T")


@router.get(BATCHES + "/{batch_id}")
async def show_batch(
    batch_id: str, request: Request, services: ServicesOf, _admin: AdminOf
) -> Response:
    """Return the report of all imports under a batch id; ``?wait=`` waits some seconds for it."""
    until = deadline_of(request)
    parts = await _visible(lambda: find_parts(services.client, batch_id), batch_id)
    if not parts:
        return _no_such_batch()
    sight = await follow(ImportWatch(ImportReport, parts), until)
    body = batch_json(batch_id, sight, dry_run=False, last_invitation_at=sight.last_invitation_at)
    return JSONResponse(body)


@router.get(PREFLIGHTS + "/{batch_id}")
async def show_preflight(
    batch_id: str, request: Request, services: ServicesOf, _admin: AdminOf
) -> Response:
    """Return what an import under this batch id would do, as far as it is foreseen."""
    until = deadline_of(request)
    parts = await _visible(lambda: find_preflight(services.client, batch_id), batch_id)
    if not parts:
        return _no_such_batch()
    sight = await follow(ImportWatch(PreflightReport, parts), until)
    return JSONResponse(preflight_json(services, batch_id, sight))


def preflight_json(
    services: Services, batch_id: str, sight: ImportProgress[PreflightReport]
) -> dict[str, Any]:
    """Return a preflight's report, with when the last of its people would be invited."""
    pace = services.config.pace
    last_at = pace.last_invitation_at(sight.report.to_invite, datetime.now(UTC))
    return batch_json(batch_id, sight, dry_run=True, last_invitation_at=last_at)


async def follow(watch: ImportWatch[Report], until: float) -> ImportProgress[Report]:
    """Look until it has ended, or the event loop's clock has come so far.

    Raises:
        HTTPException: 503, Temporal can't be reached.
    """
    clock = asyncio.get_running_loop().time
    while True:
        async with reaching_temporal():
            sight = await watch.look()
        if sight.ended or clock() + LOOK_EVERY > until:
            return sight
        await asyncio.sleep(LOOK_EVERY)


def wait_of(request: Request) -> timedelta:
    """Return for how long the caller wants to wait, 30 seconds at most.

    Raises:
        HTTPException: 422, ``wait`` is no number of seconds.
    """
    text = request.query_params.get("wait", "0")
    if not text.isascii() or not text.isdigit():
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"wait is a number of seconds, {LONGEST_WAIT.seconds} at most.",
        )
    return min(timedelta(seconds=min(int(text[:9]), 86_400)), LONGEST_WAIT)


@asynccontextmanager
async def reaching_temporal(within: timedelta = LOOK_WITHIN) -> AsyncIterator[None]:
    """Bound calls to Temporal in time.

    Raises:
        HTTPException: 503, with what to do.
    """
    try:
        async with calling_temporal(within):
            yield
    except TemporalUnreachable:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Temporal can't be reached just now: send the same again, nobody is started twice.",
            headers={"Retry-After": "5"},
        ) from None


def deadline_of(request: Request) -> float:
    """Return until when, by the event loop's clock, the caller wants to wait."""
    return asyncio.get_running_loop().time() + wait_of(request).total_seconds()


async def _visible(find: Callable[[], Awaitable[Sequence[T]]], batch_id: str) -> Sequence[T]:
    if not BATCH_ID_PATTERN.fullmatch(batch_id):
        return ()
    clock = asyncio.get_running_loop().time
    until = clock() + VISIBLE_WITHIN.total_seconds()
    while True:
        async with reaching_temporal():
            found = await find()
        if found or clock() > until:
            return found
        await asyncio.sleep(LOOK_EVERY)


def _no_such_batch() -> Response:
    # Not raised: a 404 that is raised becomes a page.
    return JSONResponse(
        {"detail": "No batch has this id; a finished one is forgotten with Temporal's retention."},
        status_code=HTTPStatus.NOT_FOUND,
    )
