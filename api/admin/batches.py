"""How an import or its dry run stands, by the name of its batch."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from api.admin.auth import LookerOf
from api.admin.problems import RestRoute, problem
from api.admin.rest.imports.batch_models import BatchReportModel
from api.admin.rest.models import problems
from api.services import Services, ServicesOf
from api.temporal_calls import TemporalUnreachable, calling_temporal
from client.import_json import batch_json
from client.import_progress import ImportProgress, ImportWatch, find_parts
from client.imports import PartHandle
from domain.identifiers import BATCH_ID_PATTERN

router = APIRouter(route_class=RestRoute, tags=["imports"])

BATCHES = "/api/batches"

LONGEST_WAIT = timedelta(seconds=30)
LOOK_EVERY = 0.5
# So many rows of a report are encoded at once.
AT_ONCE = 1_000
# Visibility tells of a new import a moment late.
VISIBLE_WITHIN = timedelta(seconds=2)
LOOK_WITHIN = timedelta(seconds=20)


@router.get(
    BATCHES + "/{batchId}",
    operation_id="showBatch",
    response_model=BatchReportModel,
    responses=problems(401, 403, 404, 422, 503),
)
async def show_batch(
    batch_id: Annotated[str, Path(alias="batchId", description="The batch.", examples=["wave-1"])],
    request: Request,
    services: ServicesOf,
    _admin: LookerOf,
    *,
    dry_run: Annotated[bool, Query(alias="dryRun", description="Of its dry runs.")] = False,
    wait: Annotated[
        str, Query(description="Seconds to wait for its end, 30 at most.", examples=["20"])
    ] = "0",
) -> Response:
    """Return the report of all imports under a batch id, or of all its dry runs.

    It comes from Temporal, which forgets batches; what our tables keep is under `/api/imports`.
    """
    del wait  # It is read with the request, as uploads read it.
    until = deadline_of(request)
    parts = await _visible(services, batch_id, dry_run=dry_run)
    if not parts:
        return _no_such_batch()
    progress = await follow(ImportWatch(parts), until)
    return await report_answer(batch_id, progress)


async def report_answer(
    batch_id: str,
    progress: ImportProgress,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the report as JSON, with when the last person would be invited if it began now.

    It may hold 100,000 rows, so a thread makes it, some rows at a time: links are answered
    meanwhile.
    """
    last_at = progress.last_invitation(datetime.now(UTC))
    body = await asyncio.to_thread(
        lambda: _in_pieces(batch_json(batch_id, progress, last_invitation_at=last_at))
    )
    return Response(body, status, headers=headers, media_type="application/json")


def _in_pieces(report: Mapping[str, Any]) -> str:
    """Return JSON; no call of the encoder, which lets no other thread run, takes long."""
    return f"{{{','.join(f'{_json(name)}:{_value(value)}' for name, value in report.items())}}}"


def _value(value: Any) -> str:
    if not isinstance(value, list):
        return _json(value)
    pieces = (_json(value[at : at + AT_ONCE])[1:-1] for at in range(0, len(value), AT_ONCE))
    return f"[{','.join(pieces)}]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


async def follow(watch: ImportWatch, until: float) -> ImportProgress:
    """Look until it has ended, or the event loop's clock has come so far.

    Raises:
        HTTPException: 503, Temporal can't be reached.
    """
    clock = asyncio.get_running_loop().time
    while True:
        async with reaching_temporal():
            progress = await watch.look()
        if progress.ended or clock() + LOOK_EVERY > until:
            return progress
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


async def _visible(services: Services, batch_id: str, *, dry_run: bool) -> Sequence[PartHandle]:
    if not BATCH_ID_PATTERN.fullmatch(batch_id):
        return ()
    clock = asyncio.get_running_loop().time
    until = clock() + VISIBLE_WITHIN.total_seconds()
    while True:
        async with reaching_temporal():
            found = await find_parts(services.client, batch_id, dry_run=dry_run)
        if found or clock() > until:
            return found
        await asyncio.sleep(LOOK_EVERY)


def _no_such_batch() -> Response:
    return problem(
        HTTPStatus.NOT_FOUND,
        "No batch has this id; a finished one is forgotten with Temporal's retention.",
    )
