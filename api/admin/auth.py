"""Lets those in who bring a bearer token of the tenant with a role that includes their wish."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPBearer

from api.admin.bearers import Caller, ProgramNotAllowed, TokenRefused
from api.admin.problems import RestRoute
from api.admin.signing_keys import KeysUnavailable
from api.services import ServicesOf
from domain.portal.roles import Permission, roles_with

log = structlog.get_logger(__name__)

# For the OpenAPI document alone: the header is read below.
_SCHEME = HTTPBearer(
    auto_error=False,
    scheme_name="entraId",
    bearerFormat="JWT",
    description=(
        "An access token of Microsoft Entra ID for this API. An app gets one with its own "
        "credential and holds an app role; a program that acts for a person asks for the scope "
        "`access_as_user`, must be in API_ALLOWED_CLIENTS, and the person holds the app role."
    ),
)
_WRONG_PROGRAM = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}


async def signed_in(
    request: Request, services: ServicesOf, _documented: Annotated[object, Security(_SCHEME)]
) -> Caller:
    """Return who calls; they are told of parameters that the endpoint doesn't have.

    Raises:
        HTTPException: 401, no good token; 403, a program that may not act for people; 503.
        RequestValidationError: parameters are unknown.
    """
    bearers = services.bearers
    if bearers is None:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "REST is off: set TENANT_ID and API_AUDIENCE for the API.",
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
    except ProgramNotAllowed as refusal:
        raise HTTPException(HTTPStatus.FORBIDDEN, str(refusal), headers=_WRONG_PROGRAM) from None
    except KeysUnavailable:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The tenant's signing keys can't be read just now: try again in a minute.",
            headers={"Retry-After": "60"},
        ) from None
    route = request.scope.get("route")
    if isinstance(route, RestRoute):
        route.check_names(request)
    return caller


CallerOf = Annotated[Caller, Depends(signed_in)]
"""Whoever calls, whatever their roles."""


def allowed(permission: Permission) -> Callable[..., Coroutine[Any, Any, Caller]]:
    """Return the dependency that lets only those in whose role includes this."""

    async def check(caller: CallerOf) -> Caller:
        if not caller.may(permission):
            roles = " or ".join(roles_with(permission))
            raise HTTPException(
                HTTPStatus.FORBIDDEN, f"This needs the app role {roles}.", headers=_WRONG_PROGRAM
            )
        return caller

    return check


LookerOf = Annotated[Caller, Depends(allowed(Permission.LOOK))]
"""Whoever calls and may look; others get 401 or 403."""

ImporterOf = Annotated[Caller, Depends(allowed(Permission.IMPORT))]
"""Whoever calls and may import; others get 401 or 403 before the body is read."""


def _unauthorized(challenge: str, message: str) -> HTTPException:
    # RFC 6750: no error code where no token was sent.
    headers = {"WWW-Authenticate": challenge}
    return HTTPException(HTTPStatus.UNAUTHORIZED, message, headers=headers)
