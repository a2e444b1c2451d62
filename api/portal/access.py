"""Who may see and do what: the session behind a request, its roles, and its forms."""

import hmac
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from api.portal.paths import PORTAL, SIGN_IN, own_page
from api.portal.services import Portal, PortalOf
from database.portal.sessions import add_notice, read_session
from domain.enrolment.messages import LONGEST_REASON
from domain.plain_text import bounded_line
from domain.portal.roles import Permission, may
from domain.portal.session import Session
from domain.tables.audit import Actor

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
MOST_FIELDS = 20_000
"""Of a form: a bulk action names each person who is chosen on a page."""


class NotSignedIn(Exception):
    """Nobody is signed in, or not any more; ``next_page`` is where they wanted to go."""

    def __init__(self, next_page: str, *, silently: bool = False) -> None:
        """Remember it; ``silently`` where the session holds, and only its roles are asked again."""
        super().__init__("not signed in")
        self.next_page = next_page
        self.silently = silently

    @property
    def sign_in_url(self) -> str:
        """Return where to sign in, and come back from."""
        again = "&again=1" if self.silently else ""
        return f"{SIGN_IN}?next={quote(self.next_page, safe='')}{again}"


class NotAllowed(Exception):
    """The role doesn't include it."""

    def __init__(self, permission: Permission) -> None:
        """Remember what was wanted."""
        super().__init__(permission.value)
        self.permission = permission


class ForgedForm(Exception):
    """A form that this session's pages didn't make."""


class UnreadableForm(Exception):
    """A form without end, in another form than browsers send, or with more than it may hold."""


class UnknownFilters(Exception):
    """A file is asked for with filters that are unknown: without them it would hold everybody."""

    def __init__(self, filters: Sequence[str]) -> None:
        """Remember them, as pages name them."""
        super().__init__("; ".join(filters))
        self.filters = filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is signed in, and the request that they make."""

    session: Session
    request: Request
    portal: Portal

    def may(self, permission: Permission) -> bool:
        """Say whether their role includes it."""
        return may(self.session.roles, permission)

    @property
    def actor(self) -> Actor:
        """Return them as the audit log names them."""
        return self.session.actor(
            app=self.portal.app_id or "", address=self.portal.addresses.of(self.request)
        )

    async def tell(self, kind: str, text: str) -> None:
        """Keep a notice for their next page: ``good``, ``bad`` or ``busy``."""
        async with self.portal.database.writing() as connection:
            await add_notice(connection, self.session.id_hash, kind, text)

    @property
    def is_fragment(self) -> bool:
        """Say whether htmx asks for a part of a page."""
        headers = self.request.headers
        return headers.get("HX-Request") == "true" and headers.get("HX-Boosted") != "true"


async def signed_in(request: Request, portal: PortalOf) -> Visitor:
    """Return who makes a request.

    Raises:
        NotSignedIn: nobody, or their roles are to be asked again first.
    """
    now = datetime.now(UTC)
    id_hash = portal.cookies.session_of(request)
    session = None
    if id_hash is not None:
        async with portal.database.reading() as connection:
            session = await read_session(connection, id_hash, now=now)
    page = _page_of(request)
    if session is None or not session.roles:
        raise NotSignedIn(page)
    visitor = Visitor(session=session, request=request, portal=portal)
    # Anything but a whole page can't go to Entra ID and back; the next page will. But whoever lost
    # their roles mustn't go on by opening none.
    is_page = request.method == "GET" and "HX-Request" not in request.headers
    if portal.code_flow is not None and session.is_to_be_confirmed(now, is_page=is_page):
        raise NotSignedIn(page, silently=True)
    return visitor


VisitorOf = Annotated[Visitor, Depends(signed_in)]
"""Whoever is signed in; nobody else gets to the endpoint."""


def allowed(permission: Permission) -> Callable[..., Coroutine[Any, Any, Visitor]]:
    """Return the dependency that lets only those in whose role includes this."""

    async def check(visitor: VisitorOf) -> Visitor:
        if not visitor.may(permission):
            raise NotAllowed(permission)
        return visitor

    return check


async def posted(request: Request, visitor: VisitorOf) -> FormData:
    """Return the fields of a form that a page of this session made.

    Raises:
        ForgedForm: its CSRF token is missing or another session's, or another site sent it.
        UnreadableForm: it can't be read, or not in the memory that a form may take.
    """
    check_origin(request)
    try:
        form = await request.form(max_fields=MOST_FIELDS, max_files=0)
    except HTTPException:
        # Starlette's answer would be JSON, with a library's words.
        raise UnreadableForm from None
    check_token(visitor, request.headers.get(CSRF_HEADER) or form.get(CSRF_FIELD))
    return form


def check_origin(request: Request) -> None:
    """Refuse what a browser says that another site sent.

    Raises:
        ForgedForm: it did.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForgedForm


def check_token(visitor: Visitor, given: object) -> None:
    """Refuse a form that the visitor's own pages didn't make.

    Raises:
        ForgedForm: its token is missing or another session's.
    """
    if not isinstance(given, str) or not given.isascii():
        raise ForgedForm
    if not hmac.compare_digest(given, visitor.session.csrf_token):
        raise ForgedForm


FormOf = Annotated[FormData, Depends(posted)]
"""The fields of a form that was made for whoever sends it."""


def reason_in(form: FormData) -> str:
    """Return why somebody acts, in one line; empty where they don't say."""
    return bounded_line(str(form.get("reason", "")), LONGEST_REASON)


def request_id_in(form: FormData) -> str:
    """Return the id of the request that a form is, a new one where it brings none.

    A form that is sent twice is one request.
    """
    try:
        return str(UUID(str(form.get("request_id"))))
    except ValueError:
        return str(uuid4())


def _page_of(request: Request) -> str:
    """Return the page to come back to: of what changes something, the page that it is on."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return own_page(f"{request.url.path}?{request.url.query}".rstrip("?"))
    current = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    path = "/" + current.partition("://")[2].partition("/")[2] if "://" in current else current
    return own_page(path) if path else PORTAL
