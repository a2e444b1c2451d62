"""What the portal's pages work with, and how they get at it."""

from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from temporalio.client import Client

from api.config import ApiConfig, PortalConfig
from api.portal.cookies import Cookies
from api.portal.overview.forecast import Outlook
from api.portal.overview.reading import Shared
from api.portal.overview.trends import Trends
from api.portal.pages import PortalPages
from api.portal.times import DayNames, day_names
from api.public.client_address import ClientAddresses
from database.engine import Database
from database.figures.overview import Overview
from database.figures.planned_mails import PlannedMails
from graph.sign_in.code_flow import CodeFlow
from graph.tracking_list import TrackingList
from templates.plots.renderer import Renderer

# Seconds. Plots cost more than figures, a forecast more than plots, and they change less.
FIGURES_LAST = 5.0
TRENDS_LAST = 60.0
OUTLOOK_LASTS = 600.0
DEMO_TRENDS_LAST = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The parts of the portal; without ``code_flow`` nobody can sign in.

    ``tracking_list`` tells where people see the list.
    """

    config: ApiConfig
    portal: PortalConfig
    database: Database
    client: Client
    code_flow: CodeFlow | None
    cookies: Cookies
    pages: PortalPages
    addresses: ClientAddresses
    tracking_list: TrackingList | None = None
    plots: Renderer = field(default_factory=Renderer)
    overview: Shared[Overview] = field(default_factory=lambda: Shared(fresh_for=FIGURES_LAST))
    planned: Shared[PlannedMails] = field(default_factory=lambda: Shared(fresh_for=FIGURES_LAST))
    trends: Shared[Trends] = field(default_factory=lambda: Shared(fresh_for=TRENDS_LAST))
    outlook: Shared[Outlook] = field(default_factory=lambda: Shared(fresh_for=OUTLOOK_LASTS))

    @property
    def app_id(self) -> str | None:
        """The application id of the portal's app registration."""
        return self.portal.connection.client_id if self.portal.connection else None

    async def close(self) -> None:
        """Give up what is being made for pages, and the sign-in's connections."""
        for shared in (self.overview, self.planned, self.trends, self.outlook):
            await shared.stop()
        if self.code_flow is not None:
            self.code_flow.close()

    def day_names(self, now: datetime | None = None) -> DayNames:
        """Return how days are named, as of an instant; by default of this one."""
        return day_names(self.config.time_zone, self.portal.demo_calendar, now)

    def url(self, path: str) -> str:
        """Return the full address of a page, as admins' browsers find it."""
        return f"{self.portal.base_url.rstrip('/')}{path}"

    def go_to(self, path: str) -> Response:
        """Send the browser to a page of ours, after something was done."""
        return RedirectResponse(self.pages.root + path, HTTPStatus.SEE_OTHER)


async def _portal(request: Request) -> Portal:
    portal: Portal = request.app.state.portal
    return portal


PortalOf = Annotated[Portal, Depends(_portal)]
"""The portal that a request came to."""
