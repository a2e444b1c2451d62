"""Sign-in, its return, and sign-out."""

import secrets
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.portal.access import FormOf, VisitorOf
from api.portal.cookies import hash_of
from api.portal.paths import SIGN_IN, SIGN_OUT, SIGNED_IN, own_page
from api.portal.services import Portal, PortalOf
from database.portal.sessions import close_session, close_sessions_of, open_session, read_session
from domain.failures import RolloutError
from domain.portal.roles import Role
from domain.portal.session import SESSION_LASTS, Session
from graph.sign_in.code_flow import CodeFlow, NeedsPerson, SignedIn

log = structlog.get_logger(__name__)

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN)
async def sign_in(
    request: Request,
    portal: PortalOf,
    next_page: Annotated[str, Query(alias="next")] = "",
    again: str = "",
) -> Response:
    """Send the browser to Entra ID.

    With ``again`` somebody who has a session is asked nothing: only their roles are read anew.
    """
    flow = portal.code_flow
    if flow is None:
        return portal.pages.bare(
            request,
            "not_set_up",
            title="Sign-in is not set up",
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            redirect_uri=portal.url(SIGNED_IN),
        )
    login = await _login_of(request, portal) if again else None
    begun = await flow.begin(portal.url(SIGNED_IN), again=login)
    address = str(begun.pop("auth_uri"))
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    portal.cookies.set_flow(response, {"flow": begun, "next": own_page(next_page)})
    return response


@router.get(SIGNED_IN)
async def signed_in(request: Request, portal: PortalOf) -> Response:
    """Open a session for who comes back from Entra ID, or say why not."""
    kept = portal.cookies.flow_of(request)
    if portal.code_flow is None or kept is None:
        # Also a page that was reloaded: the sign-in is finished, and the session holds.
        return RedirectResponse(portal.pages.root + own_page(None), HTTPStatus.SEE_OTHER)
    try:
        person = await _finished(portal.code_flow, kept, request)
    except NeedsPerson:
        ended = RedirectResponse(
            f"{portal.pages.root}{SIGN_IN}?next={quote(kept['next'], safe='')}",
            HTTPStatus.SEE_OTHER,
        )
        portal.cookies.drop_flow(ended)
        return ended
    except RolloutError as failure:
        return _dropped(portal, _refused(request, portal, str(failure)))
    roles = frozenset(role for role in Role if role.value in person.roles)
    if not roles:
        await _end_all(portal, person)
        return _dropped(portal, _without_role(request, portal, person))
    response = RedirectResponse(portal.pages.root + kept["next"], HTTPStatus.SEE_OTHER)
    portal.cookies.set_session(response, await _opened(request, portal, person, roles))
    portal.cookies.drop_flow(response)
    return response


@router.post(SIGN_OUT)
async def sign_out(request: Request, portal: PortalOf, visitor: VisitorOf, _: FormOf) -> Response:
    """End this session; the account itself stays signed in with Microsoft."""
    async with portal.database.writing() as connection:
        await close_session(connection, visitor.session.id_hash)
    log.info("signed out of the portal")
    response = portal.pages.bare(
        request, "signed_out", title="You have signed out", status=HTTPStatus.OK
    )
    portal.cookies.drop_session(response)
    return response


async def _finished(flow: CodeFlow, kept: dict[str, object], request: Request) -> SignedIn:
    begun = kept["flow"]
    return await flow.finish(begun if isinstance(begun, dict) else {}, dict(request.query_params))


async def _login_of(request: Request, portal: Portal) -> str | None:
    id_hash = portal.cookies.session_of(request)
    if id_hash is None:
        return None
    async with portal.database.reading() as connection:
        session = await read_session(connection, id_hash, now=datetime.now(UTC))
    return session.login if session is not None and session.login else None


async def _opened(
    request: Request, portal: Portal, person: SignedIn, roles: frozenset[Role]
) -> str:
    """Open a session under a new id, in place of the one that the browser had."""
    now = datetime.now(UTC)
    session_id = portal.cookies.new_id()
    before = portal.cookies.session_of(request)
    async with portal.database.writing() as connection:
        ends = now + SESSION_LASTS
        if before is not None:
            known = await read_session(connection, before, now=now)
            await close_session(connection, before)
            if known is not None and known.actor_id == person.object_id:
                # Asking for the roles again doesn't make a stay longer.
                ends = known.expires_at
        session = Session(
            id_hash=hash_of(session_id),
            actor_id=person.object_id,
            actor_name=person.name,
            login=person.login,
            roles=roles,
            csrf_token=secrets.token_urlsafe(32),
            created_at=now,
            expires_at=ends,
            confirmed_at=now,
        )
        await open_session(connection, session)
    log.info("signed in to the portal", roles=sorted(roles))
    return session_id


async def _end_all(portal: Portal, person: SignedIn) -> None:
    """End the sessions of somebody who has no role any more, in every browser."""
    async with portal.database.writing() as connection:
        await close_sessions_of(connection, person.object_id)
    log.info("sign-in to the portal without a role")


def _without_role(request: Request, portal: Portal, person: SignedIn) -> Response:
    return portal.pages.bare(
        request,
        "no_role",
        title="You have no role here",
        status=HTTPStatus.FORBIDDEN,
        person=person,
    )


def _refused(request: Request, portal: Portal, reason: str) -> Response:
    return portal.pages.bare(
        request,
        "sign_in_failed",
        title="The sign-in failed",
        status=HTTPStatus.FORBIDDEN,
        reason=reason,
    )


def _dropped(portal: Portal, response: Response) -> Response:
    portal.cookies.drop_flow(response)
    portal.cookies.drop_session(response)
    return response
