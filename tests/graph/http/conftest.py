"""What tests of batches have in common."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from graph.http.client import GraphClient
from graph.http.retries import ONE_TRY
from graph.http.transport import open_exchange
from tests.graph.conftest import LONG, NumberedTokens
from tests.graph.http.batches import of_work
from tests.graph.http.peer import Peer


@pytest.fixture
def work() -> Iterator[None]:
    """Let every call of a test be of one piece of work."""
    with of_work():
        yield


@pytest.fixture
def patience() -> httpx.Timeout:
    """Return how long ``once`` waits for an answer; a file whose answers hang says less."""
    return LONG


@pytest.fixture
async def once(
    peer: Peer, tokens: NumberedTokens, patience: httpx.Timeout
) -> AsyncIterator[GraphClient]:
    """Return a client that asks once, whatever becomes of it."""
    async with open_exchange() as http:
        yield GraphClient(http, f"{peer.origin}/v1.0", tokens, patience=ONE_TRY, timeout=patience)
