"""How the rollout stands, at a glance."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from starlette.background import BackgroundTask

from api.portal.access import Visitor, VisitorOf
from api.portal.overview.draw_trends import draw_trends
from api.portal.overview.figures import FIGURES
from api.portal.overview.forecast import play_forward
from api.portal.overview.health import parts
from api.portal.overview.last_invitation import LastInvitation, last_invitation
from api.portal.overview.outlook import Outlook
from api.portal.overview.trends import Trends
from api.portal.paths import PORTAL
from api.portal.services import Portal, PortalOf
from database.errors import DatabaseError
from database.figures.overview import Overview, OverviewRules, read_overview
from domain.standing.texts import ATTENTION
from domain.status import InviteStatus
from templates.rendering import load_portal_templates

LIVE = f"{PORTAL}/overview/live"
TRENDS = f"{PORTAL}/overview/trends"
# Seconds. People who open a link wait for it, too.
WARMING_LASTS = 3.0

router = APIRouter(include_in_schema=False)


@router.get(PORTAL)
async def show_overview(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show where everybody stands, what worked, what mail does today, and what needs attention."""
    overview = await _overview(portal)
    is_first = portal.trends.latest is None
    if is_first:
        # Whoever is the first to look sees tables, and plots as soon as they are drawn.
        trends = await draw_trends(portal, overview, portal.outlook.latest, drawn=False)
    else:
        trends = await _trends(portal, old=True)
    page = await portal.pages.page(
        visitor,
        "overview/overview",
        title="Overview",
        section="overview",
        trends=trends,
        time_zone=portal.config.time_zone,
        **await _live(visitor, portal, overview),
    )
    if is_first:
        page.background = BackgroundTask(_start_trends, portal)
    return page


@router.get(LIVE)
async def show_live_figures(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show the figures that change by the minute, as the page asks for them again."""
    overview = await _overview(portal)
    return portal.pages.fragment(visitor, "overview/live", **await _live(visitor, portal, overview))


@router.get(TRENDS)
async def show_trends(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show the plots of now, where the page came with older ones."""
    return portal.pages.fragment(
        visitor,
        "overview/trends_as_of",
        trends=await _trends(portal, old=False),
        time_zone=portal.config.time_zone,
    )


async def warm(portal: Portal) -> None:
    """Make ready what the first readers would wait for: a process is ready when this is done.

    What the tables don't tell in time is left to these readers.
    """
    await asyncio.to_thread(load_portal_templates)
    await portal.plots.warm()
    with suppress(DatabaseError, TimeoutError):
        async with asyncio.timeout(WARMING_LASTS):
            await portal.read_rollout()
            await portal.read_choices()
            await portal.trends.read(partial(_draw, portal))


async def _overview(portal: Portal) -> Overview:
    async def read() -> Overview:
        rules = OverviewRules(
            zone=ZoneInfo(portal.config.time_zone), calendar=portal.portal.demo_calendar
        )
        async with portal.database.reading() as connection:
            return await read_overview(connection, rules, now=datetime.now(UTC))

    return await portal.overview.read(read)


async def _play(portal: Portal) -> Outlook:
    return await play_forward(portal)


async def _recent_outlook(portal: Portal) -> Outlook | None:
    """Return the outlook while it is of these minutes; an older one is made anew meanwhile."""
    portal.outlook.start(partial(_play, portal))
    return portal.outlook.recent


async def _trends(portal: Portal, *, old: bool) -> Trends:
    """Return plots: with ``old`` those that there are, else those of now, with the forecast."""
    play = partial(_play, portal)
    outlook = portal.outlook.start(play) if old else await portal.outlook.read(play, old=True)

    async def make() -> Trends:
        return await draw_trends(portal, await _overview(portal), outlook)

    if not old and portal.trends.latest and portal.trends.latest.outlook is not outlook:
        portal.trends.expire()
    return await portal.trends.read(make, old=old)


async def _start_trends(portal: Portal) -> None:
    """Begin to draw the plots, after a page was answered: they are there for the next one."""
    portal.trends.start(partial(_draw, portal))


async def _draw(portal: Portal) -> Trends:
    return await draw_trends(portal, await _overview(portal), portal.outlook.latest)


async def _live(visitor: Visitor, portal: Portal, overview: Overview) -> dict[str, Any]:
    """Return what both the page and its live part show."""
    clock = portal.pages.clock(visitor.request)
    rollout = await portal.read_rollout()
    limits = rollout.limits
    names = portal.day_names(overview.at)
    deadline = names.deadline(portal.config.deadline)
    return {
        "overview": overview,
        **FIGURES,
        "active": overview.people.by_status.get(InviteStatus.ACTIVE, 0),
        "deadline": deadline and names.long(deadline),
        "days_left": None if deadline is None else (deadline - names.today).days,
        "per_day": limits.per_day if limits else portal.config.pace.per_day,
        "attention_names": ATTENTION,
        "last_invitation": last_invitation(overview, await _recent_outlook(portal), rollout),
        "LastInvitation": LastInvitation,
        "parts": parts(rollout, overview.mail, clock),
    }
