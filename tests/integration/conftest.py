"""One running product for all tests of a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.product import Product, running_product

REHEARSAL = "rehearsal@contoso.example"


@pytest.fixture(scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start Temporal, tenant, API and a worker; a day lasts twenty seconds."""
    folder: Path = tmp_path_factory.mktemp("product")
    async with running_product(folder, day_seconds=20) as product:
        await product.start_worker()
        yield product


@pytest.fixture(scope="session")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start the same with every switch thrown that a process reads once; a day is two seconds."""
    folder: Path = tmp_path_factory.mktemp("rehearsal")
    async with running_product(
        folder,
        day_seconds=2,
        MAIL_REDIRECT_TO=REHEARSAL,
        OPEN_TRACKING="off",
        ENROL_CONFIRMATION="off",
        INVITATION_SUBJECT="{name}, please set up MFA at {company} before {deadline}",
        ENROLMENT_DEADLINE="2027-03-31",
    ) as product:
        await product.start_worker()
        await product.add_person("rehearsal")
        yield product
