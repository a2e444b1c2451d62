"""Lets those read the OpenAPI document who are signed in: by a bearer token, or to the portal."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from api.admin.auth import allowed, signed_in
from api.portal.services import Portal
from api.services import ServicesOf
from database.portal.sessions import read_session
from domain.portal.roles import Permission, may


async def _signed_in(request: Request, services: ServicesOf) -> None:
    portal: Portal | None = getattr(request.app.state, "portal", None)
    if portal is not None and "Authorization" not in request.headers:
        id_hash = portal.cookies.session_of(request)
        if id_hash is not None and await _has_session(portal, id_hash):
            return
    caller = await signed_in(request, services, None)
    await allowed(Permission.LOOK)(caller)


async def _has_session(portal: Portal, id_hash: str) -> bool:
    async with portal.database.reading() as connection:
        session = await read_session(connection, id_hash, now=datetime.now(UTC))
    return session is not None and may(session.roles, Permission.LOOK)


SignedInOf = Annotated[None, Depends(_signed_in)]
"""Whoever has signed in to the portal, or brings a token with a role; others get 401 or 403."""
