"""Fixtures of the API's tests."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.api.running import Api, running_api
from tests.api.statements import Statements

# Where the API gives up waiting: a machine that runs tests side by side is slow, not broken.
DEADLINES = (
    "api.circuit_breaker.RPC_TIMEOUT",
    "api.links.high_water.RPC_TIMEOUT",
    "api.links.resolver.PATIENCE",
    "api.opens.keeper.LONGEST_WAIT",
    "api.opens.sorter.LONGEST_WAIT",
    "api.outbox.deliver_hit.RPC_TIMEOUT",
    "api.outbox.held_clicks.PATIENCE",
    "api.outbox.outbox.PATIENCE",
    "api.public.enrol.RPC_TIMEOUT",
    "api.links.legacy_links.PATIENCE",
    "api.links.legacy_links.RPC_TIMEOUT",
    "api.links.link_status.RPC_TIMEOUT",
    "api.temporal_calls.CALL_TIMEOUT",
)


# Limits of a minute, which a test may take.
LIMITS = {
    "FAILED_LOOK_UPS": "30/hour",
    "LOOKS_FOR_NEW_TOKENS_OF_CLIENT": "6/hour",
    "ASKS_OF_DOUBTFUL_CLIENT": "60/hour",
    "UNKNOWN_OPENS_OF_CLIENT_EVERY": timedelta(seconds=30),
    "ASKS_WITHOUT_TABLES": "100000/hour",
}


@pytest.fixture(autouse=True, scope="package")
def _patience() -> Iterator[None]:
    """Give everything a minute; tests of what is away or hangs set the deadline that they mean."""
    with pytest.MonkeyPatch.context() as patch:
        for name in DEADLINES:
            patch.setattr(name, timedelta(minutes=1))
        patch.setattr("api.opens.sorter.SORT_AFTER", timedelta(0))
        for name, limit in LIMITS.items():
            patch.setattr(f"api.limits.rate_limits.{name}", limit)
        yield


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    """Count the statements on connections that the test opens."""
    return Statements(monkeypatch)


@pytest.fixture
async def api(client: Client, tmp_path: Path) -> AsyncIterator[Api]:
    """Run an API that reaches Temporal; no worker ever looks at what it says."""
    async with running_api(client, tmp_path) as running:
        yield running
