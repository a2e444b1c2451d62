"""What holds up everybody, asked for again by every page that stays open."""

from fastapi import APIRouter, Response

from api.portal.access import VisitorOf
from api.portal.paths import PORTAL
from api.portal.services import PortalOf

router = APIRouter(include_in_schema=False)


@router.get(f"{PORTAL}/banners")
async def show_banners(visitor: VisitorOf, portal: PortalOf, shown: str = "") -> Response:
    """Show the banners; ``shown`` is the key of those that the page has."""
    return await portal.pages.banners(visitor, shown=shown)
