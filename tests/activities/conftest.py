"""A tenant for a test process, and a stage in it for each test."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from database.engine import Database
from tests.activities.ground import Ground, grounded
from tests.activities.stage import Stage, set_up


@pytest.fixture(scope="session")
async def ground() -> AsyncIterator[Ground]:
    """Serve a tenant."""
    async with grounded() as ground:
        yield ground


@pytest.fixture
def stage(ground: Ground, client: Client, sqlite_database: Database) -> Stage:
    """Return a stage of one's own."""
    return set_up(ground, client, sqlite_database)
