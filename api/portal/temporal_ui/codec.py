"""The codec server of the Temporal UI: decrypts payloads for admins who are signed in.

The UI's page in an admin's browser sends what it can't read, with the portal's cookie, and shows
what comes back. Nothing is changed or kept here.
https://docs.temporal.io/production-deployment/data-encryption#codec-server-setup
"""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from google.protobuf.json_format import MessageToJson, Parse, ParseError
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import PayloadCodec

from api.portal.access import NotSignedIn, signed_in
from api.portal.paths import PORTAL
from api.portal.services import Portal, PortalOf
from domain.portal.roles import Role
from temporal.encryption.unreadable import UnreadablePayload

router = APIRouter(include_in_schema=False)

CODEC = f"{PORTAL}/temporal/codec"
LARGEST_BODY = 8 * 1024 * 1024
"""Bytes. A page of a history has four million at most, which base64 makes a third longer."""

_SAME_SITE = frozenset({"same-origin", "same-site"})
_ALLOWED = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type, x-namespace, authorization",
    "Access-Control-Max-Age": "600",
}


class _Refused(Exception):
    """The request isn't answered; the message says why, and what to do."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


@router.options(CODEC + "/{direction}")
async def ask_before(request: Request, portal: PortalOf) -> Response:
    """Tell a browser that the Temporal UI's page may send payloads, and no other site's."""
    allowed = _cross_origin(request, portal)
    return Response(
        status_code=HTTPStatus.NO_CONTENT, headers={**allowed, **(_ALLOWED if allowed else {})}
    )


@router.post(CODEC + "/decode")
async def decode(request: Request, portal: PortalOf) -> Response:
    """Decrypt payloads."""
    return await _answer(request, portal, lambda codec: codec.decode)


@router.post(CODEC + "/encode")
async def encode(request: Request, portal: PortalOf) -> Response:
    """Encrypt payloads, for what an admin sends from the Temporal UI."""
    return await _answer(request, portal, lambda codec: codec.encode)


async def _answer(
    request: Request,
    portal: Portal,
    direction: Callable[[PayloadCodec], Callable[[Sequence[Payload]], Awaitable[list[Payload]]]],
) -> Response:
    headers = _cross_origin(request, portal)
    try:
        await _check_admin(request, portal)
        codec = portal.client.data_converter.payload_codec
        if codec is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "PAYLOAD_KEYS is not set for the portal.")  # noqa: TRY301 - answered below like the others
        payloads = await _payloads_in(request)
        done = await direction(codec)(payloads)
    except _Refused as refused:
        return Response(str(refused), refused.status, headers, media_type="text/plain")
    except UnreadablePayload as failure:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return Response(str(failure), status, headers, media_type="text/plain")
    text = MessageToJson(Payloads(payloads=done), indent=None)
    return Response(text, headers=headers, media_type="application/json")


async def _check_admin(request: Request, portal: Portal) -> None:
    """Refuse everybody but an admin whose own browser sends this from the UI's page.

    Raises:
        _Refused: nobody is signed in, or somebody with another role, or another site asks.
    """
    own = urlsplit(portal.portal.base_url)
    origin = request.headers.get("Origin", "")
    from_us = origin in {"", f"{own.scheme}://{own.netloc}"}
    same_site = request.headers.get("Sec-Fetch-Site", "same-origin") in _SAME_SITE
    if not same_site or not (from_us or _cross_origin(request, portal)):
        raise _Refused(
            HTTPStatus.FORBIDDEN,
            "This page may not ask: set TEMPORAL_UI to the address of the Temporal UI.",
        )
    try:
        visitor = await signed_in(request, portal)
    except NotSignedIn:
        raise _Refused(
            HTTPStatus.UNAUTHORIZED,
            f"Sign in to the portal in this browser first: {portal.url(PORTAL)}",
        ) from None
    if Role.ADMIN not in visitor.session.roles:
        raise _Refused(HTTPStatus.FORBIDDEN, f"This needs the app role {Role.ADMIN.value}.")


async def _payloads_in(request: Request) -> Sequence[Payload]:
    """Return the payloads of a request.

    Raises:
        _Refused: it is too large, or isn't what the UI sends.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too much at once.")
    try:
        return Parse(bytes(body), Payloads()).payloads
    except (ParseError, UnicodeDecodeError, RecursionError):
        raise _Refused(HTTPStatus.BAD_REQUEST, "These are no payloads.") from None


def _cross_origin(request: Request, portal: Portal) -> dict[str, str]:
    """Return what lets the Temporal UI's page read an answer; nothing for any other origin."""
    ui = urlsplit(portal.portal.temporal_ui or "")
    origin = f"{ui.scheme}://{ui.netloc}"
    if not ui.netloc or request.headers.get("Origin") != origin:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }
