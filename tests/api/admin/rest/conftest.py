"""REST on tables with six people, whose Temporal is away: reads never ask it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from database.engine import Database
from tests.api.admin.admins import Entra, entra_of_contoso
from tests.api.admin.rest.rest import Rest, running_rest
from tests.api.running import lazy_client
from tests.cli.people.conftest import fill

NOWHERE = "127.0.0.1:9"


@pytest.fixture(scope="package")
async def entra() -> AsyncIterator[Entra]:
    """Serve a tenant, once for all tests here."""
    async with entra_of_contoso() as entra:
        yield entra


@pytest.fixture
async def rest(tmp_path: Path, sqlite_database: Database, entra: Entra) -> AsyncIterator[Rest]:
    """Run an API."""
    await fill(sqlite_database, datetime.now(UTC))
    async with running_rest(
        await lazy_client(NOWHERE), tmp_path, sqlite_database, entra
    ) as running:
        yield running
