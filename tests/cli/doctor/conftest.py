"""One rollout for all tests of doctor: each changes one thing, and puts it right again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.doctor.rollout import Rollout, rollout_in_order


@pytest.fixture(scope="package")
async def rollout(
    tmp_path_factory: pytest.TempPathFactory, temporal_address: str, sqlite_template: Path
) -> AsyncIterator[Rollout]:
    """Run a rollout in which everything is in order."""
    folder = tmp_path_factory.mktemp("doctor")
    async with rollout_in_order(folder, temporal_address, sqlite_template) as rollout:
        yield rollout
