"""Fixtures of the API's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.api.running import Api, running_api


@pytest.fixture
async def api(client: Client, tmp_path: Path) -> AsyncIterator[Api]:
    """Run an API that reaches Temporal; no worker ever looks at what it says."""
    async with running_api(client, tmp_path) as running:
        yield running
