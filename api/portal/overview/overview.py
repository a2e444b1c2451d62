"""How the rollout stands, at a glance."""

from fastapi import APIRouter, Response

from api.portal.access import VisitorOf
from api.portal.paths import PORTAL
from api.portal.services import PortalOf
from database.figures.counts import count_people
from domain.enrolment.status import InviteStatus

router = APIRouter(include_in_schema=False)


@router.get(PORTAL)
async def show_overview(visitor: VisitorOf, portal: PortalOf) -> Response:
    """Show how many people stand where."""
    async with portal.database.reading() as connection:
        counted = await count_people(connection)
    return await portal.pages.page(
        visitor,
        "overview/overview",
        title="Overview",
        section="overview",
        counted=counted,
        statuses=list(InviteStatus),
    )
