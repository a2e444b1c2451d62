"""Renders the portal's pages: the frame around each, and what every page shows."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse, Response
from starlette.requests import Request

from api.portal.banners import banners
from api.portal.paths import PORTAL, SIGN_IN
from api.portal.static import version_of_files
from api.portal.times import Clock, reader_zone
from client.people.rollout import Rollout
from database.engine import Database
from database.portal.sessions import take_notices
from domain.demo_calendar import DemoCalendar
from domain.mail.content import Branding
from domain.portal.roles import Permission, Role
from domain.portal.session import Session
from templates.rendering import portal_environment

# Pico draws the arrows of its controls with images that stand in the style sheet itself.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_NAVIGATION = (
    ("overview", "Overview", PORTAL, Permission.LOOK),
    ("people", "People", f"{PORTAL}/people", Permission.LOOK),
    ("attention", "Needs attention", f"{PORTAL}/attention", Permission.LOOK),
    ("import", "Import", f"{PORTAL}/import", Permission.IMPORT),
    ("batches", "Batches", f"{PORTAL}/batches", Permission.LOOK),
    ("requests", "Requests", f"{PORTAL}/requests", Permission.LOOK),
    ("mails", "Mails", f"{PORTAL}/mails", Permission.LOOK),
    ("audit", "Audit", f"{PORTAL}/audit", Permission.AUDIT),
    ("settings", "Settings", f"{PORTAL}/settings", Permission.SETTINGS),
    ("health", "Health", f"{PORTAL}/health", Permission.LOOK),
)
_ROLE_NAMES = {Role.ADMIN: "Admin", Role.HELPDESK: "Helpdesk", Role.READER: "Reader"}


class Tables(Protocol):
    """Where pages read what every page shows."""

    @property
    def database(self) -> Database:
        """Our own tables."""

    async def read_rollout(self) -> Rollout:
        """Return what holds up everybody."""


class Visitor(Protocol):
    """Who reads a page: somebody who is signed in (``api.portal.access``)."""

    @property
    def session(self) -> Session:
        """Their session."""

    @property
    def request(self) -> Request:
        """What they ask for."""

    @property
    def portal(self) -> Tables:
        """Where the page reads."""

    def may(self, permission: Permission) -> bool:
        """Say whether their role includes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalPages:
    """The pages in one organisation's looks.

    ``root`` stands before each of our own links, ``time_zone`` is the organisation's, ``version``
    the program's.
    """

    branding: Branding
    root: str
    time_zone: str
    version: str
    is_simulated: bool = False
    demo_calendar: DemoCalendar | None = None

    async def page(
        self,
        visitor: Visitor,
        template: str,
        *,
        title: str,
        section: str,
        status: HTTPStatus = HTTPStatus.OK,
        **values: Any,
    ) -> HTMLResponse:
        """Return a page within the frame.

        Args:
            visitor: who reads it.
            template: the name of the file under ``templates/portal``, without its suffix.
            title: the page's heading, and the browser's title.
            section: the key of the entry of the navigation that it belongs to.
            status: the status of the answer.
            values: what the template shows.

        Raises:
            DatabaseError: the tables can't be read.
        """
        clock = self.clock(visitor.request)
        session = visitor.session
        rollout = await visitor.portal.read_rollout()
        notices = []
        if session.has_notices:
            async with visitor.portal.database.writing() as connection:
                notices = await take_notices(connection, session.id_hash)
        return self._answer(
            template,
            status,
            **self._common(clock),
            **self._of(visitor),
            title=title,
            section=section,
            **_banners(rollout, clock),
            notices=notices,
            **values,
        )

    def fragment(self, visitor: Visitor, template: str, **values: Any) -> HTMLResponse:
        """Return a part of a page, as htmx asks for it."""
        common = self._common(self.clock(visitor.request))
        return self._answer(template, HTTPStatus.OK, **common, **self._of(visitor), **values)

    async def banners(self, visitor: Visitor, *, shown: str) -> Response:
        """Return the banners as a page asks for them again; nothing where it shows them already.

        Raises:
            DatabaseError: the tables can't be read.
        """
        clock = self.clock(visitor.request)
        found = _banners(await visitor.portal.read_rollout(), clock)
        if shown == found["banners_key"]:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        return self.fragment(visitor, "banners", **found)

    def bare(
        self, request: Request, template: str, *, title: str, status: HTTPStatus, **values: Any
    ) -> HTMLResponse:
        """Return a page for somebody who isn't signed in, or of whom nothing can be read now."""
        common = self._common(self.clock(request))
        return self._answer(
            template, status, **common, title=title, sign_in=f"{self.root}{SIGN_IN}", **values
        )

    def clock(self, request: Request) -> Clock:
        """Return the reader's clock."""
        zone = reader_zone(request, self.time_zone)
        return Clock(zone, datetime.now(UTC), self.demo_calendar)

    def _common(self, clock: Clock) -> dict[str, Any]:
        calendar = self.demo_calendar
        return {
            "branding": self.branding,
            "root": self.root,
            "version": self.version,
            "files": version_of_files(),
            "is_simulated": self.is_simulated,
            "demo_calendar": calendar,
            "date_of_day_0": calendar
            and calendar.calendar_date(calendar.zero, ZoneInfo(self.time_zone)),
            "clock": clock,
            "at": clock.time,
            "day": clock.day,
            "ago": clock.ago,
            "zone": clock.now.astimezone(clock.zone).tzname(),
            "Permission": Permission,
        }

    def _of(self, visitor: Visitor) -> dict[str, Any]:
        roles = sorted(_ROLE_NAMES[role] for role in visitor.session.roles)
        return {
            "visitor": visitor,
            "may": visitor.may,
            "csrf": visitor.session.csrf_token,
            "role_names": ", ".join(roles),
            "navigation": [
                {"key": key, "name": name, "path": f"{self.root}{path}"}
                for key, name, path, permission in _NAVIGATION
                if visitor.may(permission)
            ],
        }

    def _answer(self, template: str, status: HTTPStatus, **values: Any) -> HTMLResponse:
        html = portal_environment().get_template(f"portal/{template}.html").render(**values)
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return HTMLResponse(html, status_code=status, headers=headers)


def _banners(rollout: Rollout, clock: Clock) -> dict[str, Any]:
    """Return the banners, and a key by which a page says which of them it shows."""
    found = banners(rollout, clock)
    return {"banners": found, "banners_key": sha256(repr(found).encode()).hexdigest()[:16]}
