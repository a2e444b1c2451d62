"""A portal for tests: without Temporal behind it where a test doesn't ask for more."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from database.engine import Database
from tests.api.portal.portal import RunningPortal, running_portal
from tests.api.running import lazy_client

NOWHERE = "127.0.0.1:9"


@pytest.fixture(autouse=True, scope="package")
def _rollout_read_anew() -> Iterator[None]:
    """Let every page read what holds up everybody: tests change it behind the portal's back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.portal.services.ROLLOUT_LASTS", 0.0)
        yield


@pytest.fixture
async def portal(tmp_path: Path, sqlite_database: Database) -> AsyncIterator[RunningPortal]:
    """Run a portal whose Temporal is away: pages read the tables alone."""
    client = await lazy_client(NOWHERE)
    async with running_portal(client, tmp_path, sqlite_database) as running:
        yield running
