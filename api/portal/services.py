"""What the portal's pages work with, and how they get at it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from cachetools import TTLCache
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from temporalio.client import Client

from api.config import ApiConfig, PortalConfig
from api.limits.client_address import ClientAddresses
from api.portal.cookies import Cookies
from api.portal.overview.outlook import Outlook
from api.portal.overview.shared import Shared
from api.portal.overview.trends import Trends
from api.portal.pages import PortalPages
from api.portal.times import DayNames, day_names
from client.people.rollout import Rollout, read_rollout
from database.engine import Database
from database.figures.choices import Choices, read_choices
from database.figures.overview import Overview
from database.figures.planned_mails import PlannedMails
from domain.tables.people import PeopleFilter
from graph.sign_in.code_flow import CodeFlow
from graph.tracking_list import TrackingList
from templates.plots.renderer import Renderer

# Seconds. Plots cost more than figures, a forecast more than plots, and they change less.
ROLLOUT_LASTS = 1.0
"""What every page says on top; whoever changes it here sees at once that it has changed."""
FIGURES_LAST = 5.0
CHOICES_LAST = 30.0
TRENDS_LAST = 60.0
OUTLOOK_LASTS = 600.0
MOST_TOTALS = 256
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
    rollout: Shared[Rollout] = field(default_factory=lambda: Shared(fresh_for=ROLLOUT_LASTS))
    choices: Shared[Choices] = field(default_factory=lambda: Shared(fresh_for=CHOICES_LAST))
    longest_forecast: timedelta = timedelta(minutes=1)
    totals: TTLCache[PeopleFilter, int] = field(
        default_factory=lambda: TTLCache(MOST_TOTALS, FIGURES_LAST)
    )

    @property
    def app_id(self) -> str | None:
        """The application id of the portal's app registration."""
        return self.portal.connection.client_id if self.portal.connection else None

    async def close(self) -> None:
        """Give up what is being made for pages, and the sign-in's connections."""
        shared: tuple[Shared[Any], ...] = (
            self.overview,
            self.planned,
            self.trends,
            self.outlook,
            self.rollout,
            self.choices,
        )
        for one in shared:
            await one.stop()
        if self.code_flow is not None:
            self.code_flow.close()

    async def read_rollout(self) -> Rollout:
        """Return what holds up everybody, as it was within the last second.

        Raises:
            DatabaseError: the tables can't be read.
        """

        async def read() -> Rollout:
            async with self.database.reading() as connection:
                return await read_rollout(connection, datetime.now(UTC))

        return await self.rollout.read(read)

    async def read_choices(self) -> Choices:
        """Return what people can be filtered by; nobody waits for it but the first who asks.

        Raises:
            DatabaseError: the tables can't be read.
        """

        async def read() -> Choices:
            async with self.database.reading() as connection:
                return await read_choices(connection)

        return await self.choices.read(read, old=True)

    def day_names(self, now: datetime | None = None) -> DayNames:
        """Return how days are named, as of an instant; by default of this one."""
        return day_names(self.config.time_zone, self.portal.demo_calendar, now)

    def url(self, path: str) -> str:
        """Return the full address of a page, as admins' browsers find it."""
        return f"{self.portal.base_url.rstrip('/')}{path}"

    def go_to(self, path: str) -> Response:
        """Send the browser to a page of ours, after something was done: it shows what is so now."""
        self.rollout.forget()
        self.totals.clear()
        return RedirectResponse(self.pages.root + path, HTTPStatus.SEE_OTHER)


async def _portal(request: Request) -> Portal:
    portal: Portal = request.app.state.portal
    return portal


PortalOf = Annotated[Portal, Depends(_portal)]
"""The portal that a request came to."""
