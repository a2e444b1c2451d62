"""The tenants in which the agreements are checked."""

import os
from collections.abc import AsyncIterator

import pytest

from tests.contract.real import is_configured, real_scene
from tests.contract.scene import Scene
from tests.contract.simulated import simulated_scene


@pytest.fixture(scope="module", params=["simulated", "real"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """Return a scene in the simulated tenant, and in a real one where it is configured."""
    if request.param == "simulated":
        async with simulated_scene() as scene:
            yield scene
    elif is_configured(os.environ):
        async with real_scene(os.environ) as scene:
            yield scene
    else:
        pytest.skip("no real tenant is configured: see docs/contract-tests.md")
