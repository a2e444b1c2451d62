"""How the rollout stands, at a glance."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response

from api.portal.access import Visitor, VisitorOf
from api.portal.overview.health import parts
from api.portal.overview.plots import by_group, days_to_register, median_text, what_worked
from api.portal.overview.series import registered_over_time
from api.portal.paths import PORTAL
from api.portal.services import Portal, PortalOf
from client.people.rollout import read_rollout
from database.figures.overview import Overview
from database.rollout.policy import read_policy
from domain.enrolment.status import InviteStatus
from domain.standing.texts import ATTENTION

LIVE = f"{PORTAL}/overview/live"

router = APIRouter(include_in_schema=False)


@router.get(PORTAL)
async def show_overview(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show where everybody stands, what worked, what mail does today, and what needs attention."""
    overview = await _overview(portal)
    today = _today(overview, portal)
    plots = portal.plots
    return await portal.pages.page(
        visitor,
        "overview/overview",
        title="Overview",
        section="overview",
        **await _live(visitor, portal, overview),
        over_time=await plots.draw(
            registered_over_time(overview, today=today, deadline=portal.config.deadline),
            key="over-time",
        ),
        batches=await plots.draw(
            by_group(overview.by_batch.items(), title="Registered by batch", name="Batch"),
            key="batches",
        ),
        departments=await plots.draw(
            by_group(
                overview.by_department.items(), title="Registered by department", name="Department"
            ),
            key="departments",
        ),
        took=await plots.draw(days_to_register(overview), key="took"),
        worked=await plots.draw(what_worked(overview), key="worked"),
        median=median_text(overview.days_to_register),
    )


@router.get(LIVE)
async def show_live_figures(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show the figures that change by the minute, as the page asks for them again."""
    overview = await _overview(portal)
    return portal.pages.fragment(visitor, "overview/live", **await _live(visitor, portal, overview))


async def _overview(portal: Portal) -> Overview:
    return await portal.overview.read(portal.database, portal.config.time_zone)


def _today(overview: Overview, portal: Portal) -> date:
    return overview.at.astimezone(ZoneInfo(portal.config.time_zone)).date()


async def _live(visitor: Visitor, portal: Portal, overview: Overview) -> dict[str, Any]:
    """Return what both the page and its live part show."""
    clock = portal.pages.clock(visitor.request)
    async with portal.database.reading() as connection:
        rollout = await read_rollout(connection, clock.now)
        limits = await read_policy(connection)
    deadline = portal.config.deadline
    return {
        "overview": overview,
        "statuses": list(InviteStatus),
        "active": overview.people.by_status.get(InviteStatus.ACTIVE, 0),
        "deadline": deadline,
        "days_left": None if deadline is None else (deadline - _today(overview, portal)).days,
        "per_day": limits.per_day if limits else portal.config.pace.per_day,
        "attention_names": ATTENTION,
        "parts": parts(rollout, overview.mail, clock),
    }
