"""What readers of the portal see when something can't be done: each failure has its page."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from api.portal.access import (
    ForgedForm,
    NotAllowed,
    NotSignedIn,
    UnknownFilters,
    UnreadableForm,
)
from api.portal.paths import PORTAL, is_of_the_portal
from api.portal.services import Portal
from api.temporal_calls import CallRefused, TemporalUnreachable
from database.errors import DatabaseError, SchemaOutdated
from database.schema_version import outdated
from domain.failures import RolloutError

log = structlog.get_logger(__name__)

Handler = Callable[[Request, Exception], Awaitable[Response]]


def add_failure_pages(app: FastAPI, portal: Portal) -> None:
    """Let every failure that a page of the portal can meet be answered with a page."""
    pages: dict[type[Exception], Callable[[Request, Portal, Exception], Response]] = {
        NotSignedIn: _sign_in,
        NotAllowed: _not_allowed,
        ForgedForm: _forged,
        UnreadableForm: _unreadable,
        UnknownFilters: _unknown_filters,
        DatabaseError: _database,
        TemporalUnreachable: _temporal,
        CallRefused: _temporal,
        RolloutError: _failed,
    }
    for kind, page in pages.items():
        app.add_exception_handler(kind, _handler(portal, page))


def _handler(portal: Portal, page: Callable[[Request, Portal, Exception], Response]) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        if not request.url.path.startswith(PORTAL):
            raise error
        if isinstance(error, DatabaseError):
            error = await outdated(portal.database) or error
        return page(request, portal, error)

    return answer


def portal_of_path(app: FastAPI, path: str) -> Portal | None:
    """Return the portal that a path belongs to; None where that isn't served, or for others."""
    portal: Portal | None = getattr(app.state, "portal", None)
    return portal if is_of_the_portal(path) else None


def no_such_page(request: Request, portal: Portal) -> Response:
    """Return the page for an address that the portal doesn't have."""
    return portal.pages.bare(
        request, "no_such_page", title="There is no such page", status=HTTPStatus.NOT_FOUND
    )


def wrong_method(request: Request, portal: Portal, allowed: Sequence[str]) -> Response:
    """Return the page for an address that is only opened, or only answers a form."""
    page = portal.pages.bare(
        request,
        "wrong_method",
        title="Nothing was done",
        status=HTTPStatus.METHOD_NOT_ALLOWED,
    )
    page.headers["Allow"] = ", ".join(allowed)
    return page


def failed_unexpectedly(request: Request, portal: Portal, reference: str) -> Response:
    """Return the page for a failure that nobody foresaw; ``reference`` is in the log."""
    return portal.pages.bare(
        request,
        "error",
        title="This failed unexpectedly",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        reference=reference,
        was_action=request.method not in {"GET", "HEAD"},
    )


def _sign_in(request: Request, portal: Portal, error: Exception) -> Response:
    if not isinstance(error, NotSignedIn):
        raise error
    address = portal.pages.root + error.sign_in_url
    if "HX-Request" in request.headers:
        # htmx follows redirects by itself, and would put the sign-in into a part of the page.
        return JSONResponse(None, HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": address})
    if request.method == "GET":
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)
    return portal.pages.bare(
        request,
        "session_ended",
        title="Your session has ended",
        status=HTTPStatus.UNAUTHORIZED,
        address=address,
    )


def _not_allowed(request: Request, portal: Portal, error: Exception) -> Response:
    if isinstance(error, NotAllowed):
        log.warning("a role did not include what was asked for", permission=error.permission.value)
    return portal.pages.bare(
        request,
        "not_allowed",
        title="Your role does not include this",
        status=HTTPStatus.FORBIDDEN,
    )


def _forged(request: Request, portal: Portal, _: Exception) -> Response:
    log.warning("a form of another session or site was refused")
    return portal.pages.bare(
        request, "forged_form", title="Nothing was done", status=HTTPStatus.FORBIDDEN
    )


def _unreadable(request: Request, portal: Portal, _: Exception) -> Response:
    return portal.pages.bare(
        request, "unreadable_form", title="Nothing was done", status=HTTPStatus.BAD_REQUEST
    )


def _unknown_filters(request: Request, portal: Portal, error: Exception) -> Response:
    if not isinstance(error, UnknownFilters):
        raise error
    return portal.pages.bare(
        request,
        "unknown_filters",
        title="Nothing was exported",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        filters=error.filters,
    )


def _database(request: Request, portal: Portal, error: Exception) -> Response:
    return _unavailable(
        request,
        portal,
        "The database can't be used",
        str(error),
        "mfa-rollout migrate" if isinstance(error, SchemaOutdated) else "mfa-rollout doctor",
    )


def _temporal(request: Request, portal: Portal, error: Exception) -> Response:
    return _unavailable(
        request, portal, "Temporal can't be used just now", str(error), "mfa-rollout doctor"
    )


def _failed(request: Request, portal: Portal, error: Exception) -> Response:
    return _unavailable(request, portal, "This can't be done now", str(error), "mfa-rollout doctor")


def _unavailable(request: Request, portal: Portal, title: str, reason: str, verb: str) -> Response:
    log.warning("page of the portal not available", title=title)
    page = portal.pages.bare(
        request,
        "unavailable",
        title=title,
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        reason=reason,
        verb=verb,
        was_action=request.method != "GET",
    )
    page.headers["Retry-After"] = "5"
    return page
