"""Running products, each for several files: see ``tests.support.together``."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulated_tenant import population
from tests.support.deadline import DEADLINE
from tests.support.product import Product, running_product

REHEARSAL = "rehearsal@contoso.example"


@pytest.fixture(scope="session")
async def shared_product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start Temporal, tenant, API and a worker; a day lasts twenty seconds."""
    folder: Path = tmp_path_factory.mktemp("product")
    async with running_product(folder, day_seconds=20) as product:
        await product.start_worker()
        yield product


@pytest.fixture(scope="module")
async def product(shared_product: Product) -> Product:
    """Give a running product to which others have brought people of their own."""
    return shared_product


@pytest.fixture(scope="session")
async def own_product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start the same for files that have the worker or the whole list to themselves, in turn.

    Guests are enrolled, and one group is left alone.
    """
    folder: Path = tmp_path_factory.mktemp("own-product")
    async with running_product(
        folder, day_seconds=20, GUESTS="include", EXCLUDED_GROUP_ID=population.EXCLUDED_GROUP_ID
    ) as product:
        await product.start_worker()
        yield product


@pytest.fixture(scope="session")
async def idle_product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start the same without a worker, for verbs that need none, or are it."""
    folder: Path = tmp_path_factory.mktemp("idle-product")
    async with running_product(folder, day_seconds=20) as product:
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
        INVITATION_SUBJECT="{name}, please set up MFA at {company} before {deadline}",
        ENROLMENT_DEADLINE=DEADLINE.isoformat(),
    ) as product:
        await product.start_worker()
        await product.add_person("rehearsal")
        yield product
