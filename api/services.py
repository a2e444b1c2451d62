"""What the endpoints of one application work with, and how they get at it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from temporalio.client import Client

from api.admin.bearers import Bearers
from api.circuit_breaker import CircuitBreaker
from api.clock_watch import ClockWatch
from api.config import ApiConfig
from api.limits.client_address import ClientAddresses
from api.limits.rate_limits import Limits
from api.links.legacy_links import LegacyLinks
from api.links.link_status import LinkLookUp
from api.links.token_cache import TokenCache
from api.outbox.held_clicks import HeldClicks
from api.outbox.hit_counters import HitCounters
from api.outbox.outbox import Outbox
from api.public.pages import Pages
from api.readiness import Readiness
from api.uploads.uploads import Uploads
from database.engine import Database
from graph.tracking_list import TrackingList


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts of one running application; ``instance`` is the id that it reports itself under."""

    instance: str
    config: ApiConfig
    client: Client
    database: Database | None
    tracking_list: TrackingList | None
    breaker: CircuitBreaker
    outbox: Outbox
    held_clicks: HeldClicks
    counters: HitCounters
    readiness: Readiness
    pages: Pages
    limits: Limits
    addresses: ClientAddresses
    recent_clicks: TokenCache[datetime]
    links: LinkLookUp
    legacy_links: LegacyLinks | None
    clock: ClockWatch
    bearers: Bearers | None
    uploads: Uploads


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(_services)]
"""The services of the application that a request came to."""
