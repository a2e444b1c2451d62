"""The form by which anyone asks for a new link, and its one answer."""

import re
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.outbox.event_ids import new_event_id
from api.outbox.group_commit import StorageUnavailable
from api.outbox.hit import Hit, HitKind
from api.outbox.hit_counters import DropReason
from api.public.forms import is_cross_site, read_form
from api.services import Services, ServicesOf

router = APIRouter()

PATH = "/api/resend"
FIELD = "email"

LONGEST_ADDRESS = 254
_PLAUSIBLE = re.compile(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+")


@router.get(PATH)
async def show_form(request: Request, services: ServicesOf) -> Response:
    """Show the form."""
    return services.pages.of(request).resend_form()


@router.head(PATH)
async def probe_form(request: Request, services: ServicesOf) -> Response:
    """Answer as for a GET."""
    return services.pages.of(request).resend_form()


@router.options(PATH)
async def form_options() -> Response:
    """Name the methods."""
    return Response(
        status_code=HTTPStatus.NO_CONTENT, headers={"Allow": "GET, HEAD, OPTIONS, POST"}
    )


@router.post(PATH)
async def ask_for_link(request: Request, services: ServicesOf) -> Response:
    """Keep the wish and answer the same to every plausible address ("anti-enumeration", the seed).

    Nothing is looked up here: a workflow does that after the answer, so known and unknown addresses
    are equal in text, headers and time. Over a limit the answer is the same, and the wish waits.
    """
    pages = services.pages.of(request)
    if is_cross_site(request):
        # Another site makes its visitors post; who wants a link finds the form here.
        return pages.resend_form(HTTPStatus.FORBIDDEN)
    address = (await read_form(request)).get(FIELD, "").strip()
    if not address:
        return pages.resend_form_again("missing")
    if len(address) > LONGEST_ADDRESS or not _PLAUSIBLE.fullmatch(address):
        return pages.resend_form_again("implausible")
    await _keep(request, services, address)
    return pages.resend_sent()


async def _keep(request: Request, services: Services, address: str) -> None:
    client = services.addresses.of(request)
    admission = await services.limits.admit_resend(client, address)
    if admission is None:
        services.counters.note_dropped(HitKind.RESEND, DropReason.CLIENT_LIMIT)
        return
    if admission.delay:
        services.counters.note_delayed(HitKind.RESEND)
    wish = Hit(
        kind=HitKind.RESEND,
        event_id=new_event_id(),
        subject=address,
        at=datetime.now(UTC),
        network=services.addresses.network_of(request, services.config.token_keys[0]),
        delay=admission.delay,
        merge_key=admission.merge_key,
    )
    try:
        await services.outbox.append(wish)
    except StorageUnavailable:
        services.counters.note_dropped(HitKind.RESEND, DropReason.OUTBOX)
        raise
