"""One running product for all tests of a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.product import Product, running_product


@pytest.fixture(scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start Temporal, tenant, API and a worker; a day lasts twenty seconds."""
    folder: Path = tmp_path_factory.mktemp("product")
    async with running_product(folder, day_seconds=20) as product:
        await product.start_worker()
        yield product
