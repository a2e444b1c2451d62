"""A client that speaks to a scripted peer over a real socket."""

from collections.abc import AsyncIterator

import httpx
import pytest

from graph.http.client import GraphClient
from graph.http.transport import open_exchange
from tests.graph.http.peer import Peer, scripted_peer
from tests.graph.tenant import HASTY, Stage, staged

# Short where a test waits for it; connecting only has to work, however busy the machine is.
SHORT = httpx.Timeout(60, read=0.2)
LONG = httpx.Timeout(600)


class NumberedTokens:
    """Hands out ``token-1`` until it is rejected, then ``token-2``, and so on."""

    def __init__(self) -> None:
        """Start with the first."""
        self.rejected: list[str] = []
        self.more_was_granted = False

    async def token(self) -> str:
        """Return the current one."""
        return f"token-{len(self.rejected) + 1}"

    async def refresh(self, rejected: str) -> str:
        """Return the next one."""
        self.rejected.append(rejected)
        return await self.token()

    async def newer(self, denied: str) -> str | None:
        """Return the next one where more was granted since."""
        granted, self.more_was_granted = self.more_was_granted, False
        return await self.refresh(denied) if granted else None


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """Return a peer with an empty script."""
    async with scripted_peer() as peer:
        yield peer


@pytest.fixture
def tokens() -> NumberedTokens:
    """Return tokens that tell how often they were renewed."""
    return NumberedTokens()


@pytest.fixture
async def client(peer: Peer, tokens: NumberedTokens) -> AsyncIterator[GraphClient]:
    """Return a client whose Graph is the scripted peer, with little patience."""
    async with open_exchange() as http:
        yield GraphClient(http, f"{peer.origin}/v1.0", tokens, patience=HASTY, timeout=LONG)


@pytest.fixture
async def hurried(peer: Peer, tokens: NumberedTokens) -> AsyncIterator[GraphClient]:
    """Return the same, but it waits a fifth of a second for an answer."""
    async with open_exchange() as http:
        yield GraphClient(http, f"{peer.origin}/v1.0", tokens, patience=HASTY, timeout=SHORT)


@pytest.fixture(scope="module")
async def tenant_of_module() -> AsyncIterator[Stage]:
    """Serve one simulated tenant to all tests of a file; each brings people of its own."""
    async with staged() as stage:
        yield stage


@pytest.fixture
def stage(tenant_of_module: Stage) -> Stage:
    """Return the simulated tenant without faults."""
    tenant_of_module.tenant.faults.clear()
    return tenant_of_module
