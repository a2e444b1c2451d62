"""Turns whatever goes wrong into a page or a problem, and into a log line that holds no value."""

import secrets
import traceback

import structlog
from fastapi import FastAPI, Request
from fastapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
)
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.admin.problems import is_rest, problem
from api.portal.failures import (
    failed_unexpectedly,
    no_such_page,
    portal_of_path,
    wrong_method,
)
from api.public.pages import Pages

log = structlog.get_logger(__name__)

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class ErrorPages:
    """ASGI middleware that answers an unexpected exception with *Error* and a reference number.

    For a program that uses REST it is a problem with this number.

    The log gets the number, the type and the lines of code, and not the exception's message: a
    message may quote a token or an address. It sits inside the security headers, which FastAPI's
    own handler for any exception would not.
    """

    def __init__(self, app: ASGIApp, *, pages: Pages) -> None:
        """Wrap an application."""
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; an answer that had already begun is broken off.

        Who left amid their request's body waits for no answer, and nothing has failed: anybody can
        do so, as often as they like, and each would be a line in the log.
        """
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except ClientDisconnect:
            return
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            reference = secrets.token_hex(4).upper()
            log.error(  # noqa: TRY400 - the exception's message may quote a token
                "request failed",
                reference=reference,
                method=scope["method"],
                error=type(error).__qualname__,
                where=_frames(error),
            )
            await self._answer(scope, reference)(scope, receive, send)

    def _answer(self, scope: Scope, reference: str) -> Response:
        if is_rest(scope["path"]):
            return problem(500, "This failed unexpectedly.", reference=reference)
        portal = portal_of_path(scope["app"], scope["path"])
        if portal is not None:
            return failed_unexpectedly(Request(scope), portal, reference)
        return self._pages.of(HTTPConnection(scope)).error(reference)


def add_http_error_pages(app: FastAPI, pages: Pages) -> None:
    """Give an unknown path and a wrong method pages of their own; those of REST are problems.

    What an address can't hold, as letters in place of a number, makes it none of the portal's.
    """

    async def answer(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        if is_rest(request.url.path):
            return _problem(app, request, error)
        portal = portal_of_path(app, request.url.path)
        match error.status_code:
            case 404 if portal is not None:
                return no_such_page(request, portal)
            case 405 if portal is not None:
                return wrong_method(request, portal, _allowed_methods(app, request))
            case 404:
                return pages.of(request).page_not_found()
            case 405:
                return pages.of(request).method_not_allowed(_allowed_methods(app, request))
            case _:
                return await http_exception_handler(request, error)

    app.add_exception_handler(HTTPException, answer)
    app.add_exception_handler(RequestValidationError, _unreadable)


async def _unreadable(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    portal = portal_of_path(request.app, request.url.path)
    if portal is not None:
        return no_such_page(request, portal)
    return await request_validation_exception_handler(request, error)


def _problem(app: FastAPI, request: Request, error: HTTPException) -> Response:
    match error.status_code:
        case 404:
            return problem(404, "There is nothing at this path.")
        case 405:
            methods = ", ".join(_allowed_methods(app, request))
            detail = f"This path takes {methods} only."
            return problem(405, detail, headers={"Allow": methods})
        case status:
            return problem(status, str(error.detail), headers=error.headers)


def _allowed_methods(app: FastAPI, request: Request) -> list[str]:
    # The router itself names the methods of the first route of a path only.
    return [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in app.routes
        )
    ]


def _frames(error: BaseException) -> list[str]:
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
