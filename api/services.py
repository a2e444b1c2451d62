"""What the endpoints of one application work with, and how they get at it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from temporalio.client import Client

from api.bearers import Bearers
from api.client_address import ClientAddresses
from api.config import ApiConfig
from api.limits import Limits
from api.older_links import OlderLinks
from api.outbox import Outbox
from api.pages import Pages
from api.signalled import SignalledTokens
from api.uploads import Uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts of one running application."""

    config: ApiConfig
    client: Client
    outbox: Outbox
    pages: Pages
    limits: Limits
    addresses: ClientAddresses
    signalled: SignalledTokens
    older_links: OlderLinks | None
    bearers: Bearers | None
    uploads: Uploads


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(_services)]
"""The services of the application that a request came to."""
