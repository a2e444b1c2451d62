"""The link of a mail: shows where the enrolment stands, and takes the click."""

import contextlib
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.links.link_status import EnrolmentStanding, LinkState, LookUp, well_formed
from api.links.resolver import LookupUnavailable, UnknownLink
from api.links.token_cache import TokenCache
from api.outbox.event_ids import new_event_id
from api.outbox.group_commit import StorageUnavailable
from api.outbox.hit import Hit, HitKind
from api.outbox.hit_counters import DropReason
from api.outbox.outbox import Outbox
from api.public.forms import is_cross_site, read_form
from api.services import Services, ServicesOf
from api.temporal_calls import (
    RPC_TIMEOUT,
    TemporalUnreachable,
    WorkflowNotFound,
)
from client.enrolments import tell_enrolment
from domain.enrolment.messages import LinkClicked
from domain.tracking_token import token_in_query

router = APIRouter()

PATH = "/api/enrol"
MAX_QUERY_BYTES = 1024

RECENT_CLICK_FOR = timedelta(minutes=15)
"""How long a process keeps that a link was clicked, so that it shows the button no second time.

With a stopped worker the status stays what it was before the click. Another process would show the
button, and the workflow drops the repeat. Of clicks that wait in an outbox all processes know that
share our tables. A click from before the last invitation hides no button.
"""


async def remember_clicks(outbox: Outbox, recent_clicks: TokenCache[datetime]) -> None:
    """Remember the clicks that an earlier process kept and could not deliver."""
    with contextlib.suppress(StorageUnavailable):
        for token, at in await outbox.held_clicks(datetime.now(UTC) - RECENT_CLICK_FOR):
            recent_clicks.add(token, at)


@router.get(PATH)
async def open_link(request: Request, services: ServicesOf) -> Response:
    """Show what the link is for; changes nothing, since mail scanners open every link.

    Without the confirmation page it acts at once, as the original did.
    """
    token = _token_of_link(request)
    if token is None:
        return services.pages.of(request).invalid_link()
    if services.config.enrol_confirmation:
        return await _show(request, services, token)
    return await _click(request, services, token)


@router.head(PATH)
async def probe_link(request: Request, services: ServicesOf) -> Response:
    """Answer as a GET would with the confirmation page; never acts, in any mode."""
    token = _token_of_link(request)
    if token is None:
        return services.pages.of(request).invalid_link()
    return await _show(request, services, token)


@router.options(PATH)
async def link_options() -> Response:
    """Name the methods; never acts, in any mode."""
    return Response(
        status_code=HTTPStatus.NO_CONTENT, headers={"Allow": "GET, HEAD, OPTIONS, POST"}
    )


@router.post(PATH)
async def press_button(request: Request, services: ServicesOf) -> Response:
    """Take the click; the token comes from the form, and pressing twice changes nothing more.

    Another site that makes its visitors post gets what a GET would: people press the button here.
    """
    token = well_formed((await read_form(request)).get("token", ""))
    if token is None:
        return services.pages.of(request).invalid_link()
    if is_cross_site(request):
        return await _show(request, services, token)
    return await _click(request, services, token)


def _token_of_link(request: Request) -> str | None:
    query = request.scope["query_string"]
    return token_in_query(query) if len(query) <= MAX_QUERY_BYTES else None


async def _show(request: Request, services: Services, token: str) -> Response:
    found = await _look_up(request, services, token)
    if isinstance(found, LookupUnavailable):
        return services.pages.of(request).landing(token)
    return await _page_of(request, services, token, found)


async def _click(request: Request, services: Services, token: str) -> Response:
    event = LinkClicked(event_id=new_event_id(), at=datetime.now(UTC))
    found: LookUp = LookupUnavailable()
    try:
        # Who pressed the button a moment ago is looked at more closely: the tables may be behind.
        is_first = services.recent_clicks.get(token) is None
        found = await _look_up(request, services, token, tables_suffice=is_first)
        if isinstance(found, LookupUnavailable):
            return await _click_unknown(request, services, token, event)
        if isinstance(found, UnknownLink) or not _has_button(services, token, found):
            return await _page_of(request, services, token, found)
        await _tell(services, found, event)
    except TemporalUnreachable:
        await _keep(services, token, event, found)
    except WorkflowNotFound:
        # It has ended, of which the tables, or the call before, didn't know yet.
        return await _show(request, services, token)
    except StorageUnavailable:
        raise
    except Exception:
        await _keep(services, token, event, found)
        raise
    services.recent_clicks.add(token, event.at)
    return services.pages.of(request, _language_of(found)).enrolment_started()


def _language_of(found: LookUp) -> str | None:
    return found.language if isinstance(found, EnrolmentStanding) else None


async def _click_unknown(
    request: Request, services: Services, token: str, event: LinkClicked
) -> Response:
    """Keep a click on a link of which nobody can say whose it is, never as a yes."""
    pages = services.pages.of(request)
    if not await services.limits.admit_unknown_click(services.addresses.of(request)):
        services.counters.note_dropped(HitKind.CLICKED, DropReason.CLIENT_LIMIT)
        return pages.too_many_unknown_links()
    await _keep(services, token, event, LookupUnavailable())
    return pages.click_saved()


async def _page_of(
    request: Request, services: Services, token: str, enrolment: EnrolmentStanding | UnknownLink
) -> Response:
    if isinstance(enrolment, UnknownLink):
        pages = services.pages.of(request)
        if await services.limits.allow_failed_look_up(services.addresses.of(request)):
            return pages.link_not_recognised()
        return pages.too_many_unknown_links()
    pages = services.pages.of(request, enrolment.language)
    if enrolment.standing is LinkState.ENDED:
        return pages.link_not_recognised()
    if _has_button(services, token, enrolment):
        return pages.landing(token)
    return pages.already_registered()


def _has_button(services: Services, token: str, enrolment: EnrolmentStanding) -> bool:
    if enrolment.standing is not LinkState.WAITING or enrolment.click_waits:
        return False
    # The memory counts only until a worker has seen the click: from then on the status says it
    # better. After a resend the button must be back.
    clicked_at = services.recent_clicks.get(token) if enrolment.news_unseen else None
    invited_at = enrolment.invited_at
    return clicked_at is None or (invited_at is not None and clicked_at <= invited_at)


async def _look_up(
    request: Request, services: Services, token: str, *, tables_suffice: bool = False
) -> LookUp:
    client = services.addresses.of(request)
    return await services.links.look_up(token, client, tables_suffice=tables_suffice)


async def _tell(services: Services, enrolment: EnrolmentStanding, event: LinkClicked) -> None:
    if enrolment.object_id is None:
        if enrolment.row is not None and services.legacy_links is not None:
            await services.legacy_links.begin(enrolment.row, event)
        return
    async with services.breaker.calling():
        await tell_enrolment(services.client, enrolment.object_id, event, rpc_timeout=RPC_TIMEOUT)


async def _keep(services: Services, token: str, event: LinkClicked, found: LookUp) -> None:
    # With the same event id: if the signal arrived after all, the workflow drops the repeat.
    hit = Hit(
        kind=HitKind.CLICKED,
        event_id=event.event_id,
        subject=token,
        at=event.at,
        is_known=isinstance(found, EnrolmentStanding),
    )
    if isinstance(found, EnrolmentStanding) and found.object_id is not None:
        # Before it can be delivered, which says that it waits no more.
        await services.held_clicks.hold(found.object_id, event.at)
    try:
        await services.outbox.append(hit)
    except StorageUnavailable:
        await services.held_clicks.release(token, event.at)
        services.counters.note_dropped(HitKind.CLICKED, DropReason.OUTBOX)
        raise
