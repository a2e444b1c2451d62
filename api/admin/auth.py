"""Lets admins alone at an endpoint: a bearer token of the tenant with the app role."""

from http import HTTPStatus
from typing import Annotated

import structlog
from fastapi import Depends, HTTPException, Request

from api.admin.bearers import Caller, TokenRefused
from api.admin.signing_keys import KeysUnavailable
from api.services import ServicesOf

log = structlog.get_logger(__name__)

ADMIN_ROLE = "Rollout.Admin"


async def _admin(request: Request, services: ServicesOf) -> Caller:
    bearers = services.bearers
    if bearers is None:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Imports over HTTP are off: set TENANT_ID and API_AUDIENCE for the API.",
        )
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        raise _unauthorized("Bearer", "Send a bearer token of your tenant for this API.")
    try:
        caller = await bearers.caller(token.strip())
    except TokenRefused as refusal:
        log.info("token refused", reason=str(refusal))
        raise _unauthorized(
            'Bearer error="invalid_token"', "The token is not valid here: get a new one."
        ) from None
    except KeysUnavailable:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The tenant's signing keys can't be read just now: try again in a minute.",
            headers={"Retry-After": "60"},
        ) from None
    if ADMIN_ROLE not in caller.roles:
        raise HTTPException(
            HTTPStatus.FORBIDDEN,
            f"This needs the app role {ADMIN_ROLE}.",
            headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
        )
    return caller


def _unauthorized(challenge: str, message: str) -> HTTPException:
    # RFC 6750: no error code where no token was sent.
    headers = {"WWW-Authenticate": challenge}
    return HTTPException(HTTPStatus.UNAUTHORIZED, message, headers=headers)


AdminOf = Annotated[Caller, Depends(_admin)]
"""The admin who calls; whoever isn't one gets 401 or 403 before the body is read."""
