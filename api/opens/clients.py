"""Who asks for images, and how many opens of nobody knows whom each may have."""

from starlette.requests import HTTPConnection
from starlette.types import Scope

from api.limits.client_address import ClientAddresses
from api.limits.rate_limits import Limits


class OpenClients:
    """Those who ask for images: each may have so many opens of which nobody can say whose."""

    def __init__(self, limits: Limits, addresses: ClientAddresses) -> None:
        """Take what counts, and what tells clients apart."""
        self._limits = limits
        self._addresses = addresses

    def admit_unknown(self, scope: Scope | None) -> bool:
        """Count an open; what was taken before is nobody's flood."""
        if scope is None:
            return True
        return self._limits.admit_unknown_open(self._addresses.of(HTTPConnection(scope)))
