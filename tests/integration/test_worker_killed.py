"""A worker that dies at the worst moment neither loses a mail nor sends it twice."""

import asyncio

import pytest

from tests.support.eventually import eventually
from tests.support.product import Product

MOMENTS = {
    "while the draft is made": {"method": "POST", "path": "/messages$", "hold_after": 4},
    "between draft and send": {"method": "POST", "path": "/send$", "hold_before": 4},
    "right after send": {"method": "POST", "path": "/send$", "hold_after": 4},
}


@pytest.fixture(scope="module")
async def product(own_product: Product) -> Product:
    """Have a worker to kill."""
    return own_product


@pytest.mark.long
@pytest.mark.parametrize("moment", MOMENTS)
async def test_one_mail_whenever_the_worker_is_killed(product: Product, moment: str) -> None:
    """With `kill -9` at this moment and a new worker, exactly one invitation arrives."""
    person = await product.add_person(moment.replace(" ", "."))
    await product.fault(**MOMENTS[moment])
    await product.import_people(person, batch_id=moment.replace(" ", "-"))

    async def call_is_held() -> bool:
        return any(fault["hits"] for fault in await product.faults())

    await eventually(call_is_held)
    await product.kill_worker()
    await product.control.delete("/control/faults")
    await product.start_worker()
    # A worker counts as dead ten seconds after it was last heard of, and a mail whose sending was
    # begun is looked at again after two minutes.
    await product.row_with(person, within=200, InviteStatus="Sent")
    await asyncio.sleep(1)
    mails = await product.mails(person)
    assert [mail["headers"]["X-MFA-Rollout-Mail"] for mail in mails] == ["invitation"]
