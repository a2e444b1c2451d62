"""The tracking pixel: always the same image, whatever happens behind it."""

from http import HTTPStatus

from fastapi import FastAPI, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.headers import security_headers
from api.limits.client_address import ClientAddresses
from api.opens.keeper import OpenKeeper
from api.paths import usual_path
from domain.tracking_token import token_in_query

PATH = "/api/track-open"
MAX_QUERY_BYTES = 1024

PIXEL = bytes.fromhex(
    "47494638396101000100"  # GIF89a, 1 by 1
    "800000"  # a table of two colours
    "ffffff000000"
    "21f90401000000002c"  # the first of them is transparent
    "00000000010001000002024401003b"
)
"""A transparent GIF of one pixel, 43 bytes."""

_METHODS = ("GET", "HEAD")


class TrackOpen:
    """Keeps the open and answers with the image ("always returns 200 OK", the seed), as bare ASGI.

    An open of a token that is nobody's is not kept. HEAD records nothing: who asks for the head
    shows no image.
    """

    def __init__(
        self, *, opens: OpenKeeper, addresses: ClientAddresses, strict_transport: bool
    ) -> None:
        """Take where opens are kept, and whom to tell of forwarded requests."""
        self.opens = opens
        self._addresses = addresses
        own = {"content-length": str(len(PIXEL)), "content-type": "image/gif"}
        headers = {**own, **security_headers(strict_transport=strict_transport)}
        self._headers = [(name.lower().encode(), text.encode()) for name, text in headers.items()]

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer with the image, when the open is durable."""
        if any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            self._addresses.note_forwarded_by(scope["client"])
        query = scope["query_string"]
        if scope["method"] == "GET" and len(query) <= MAX_QUERY_BYTES:
            token = token_in_query(query)
            kept = None if token is None else self.opens.keep(token, scope)
            if kept is not None:
                await kept
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": PIXEL})

    @staticmethod
    def is_asked(scope: Scope) -> bool:
        """Say whether a request is for the image, or its head."""
        return (
            scope["type"] == "http"
            and scope["method"] in _METHODS
            and (scope["path"] == PATH or usual_path(scope["path"]) == PATH)
        )


class PixelFirst(FastAPI):
    """The framework, behind the pixel.

    A mail's image is most of what the API is asked for, and the framework alone costs several times
    what keeping the open does.
    """

    pixel: TrackOpen | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or leave the request to the framework."""
        if self.pixel is not None and self.pixel.is_asked(scope):
            await self.pixel(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def add_pixel(self, pixel: TrackOpen) -> None:
        """Answer the pixel's address."""
        self.pixel = pixel
        # By this the other methods are refused with a list of those that there are.
        self.router.routes.append(Route(PATH, pixel, methods=list(_METHODS)))
        self.add_api_route(PATH, pixel_options, methods=["OPTIONS"])


async def pixel_options() -> Response:
    """Name the methods."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": "GET, HEAD, OPTIONS"})
