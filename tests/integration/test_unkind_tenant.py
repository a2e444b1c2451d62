"""One way through the rollout in a tenant that is as unkind as Microsoft's, in all ways at once."""

from collections.abc import AsyncIterator

import pytest

from domain.identifiers import BOUNCE_SCHEDULE_ID
from tests.support.eventually import eventually
from tests.support.product import Product, button, links

# Microsoft's lags last seconds here, and hours at worst.
LAGS = {
    "staysdraft": 2,
    "searchlag": 2,
    "grouplag": 2,
    "indexlag": 1,
    "rbaclag": 1,
    "userlag": 0.2,
    "latency": 0.1,
}


@pytest.fixture
async def unkind(product: Product) -> AsyncIterator[Product]:
    """Switch all traits on for one test."""
    before = (await product.control.get("/control/traits")).json()
    switched = await product.control.patch("/control/traits", json={"all": True, **LAGS})
    switched.raise_for_status()
    yield product
    await product.control.delete("/control/traits")
    await product.control.patch("/control/traits", json=before)


async def test_a_journey_under_all_traits_at_once(unkind: Product) -> None:
    """One gets a single mail and ends Active; another's mail comes back, and their row says so."""
    ada = await unkind.add_person("ada.unkind")
    lost = await unkind.add_person("lost.unkind")
    await unkind.control.put(f"/control/recipients/{lost}", json={"code": "5.1.10"})
    await unkind.import_people(ada, lost, batch_id="unkind")
    mail = await unkind.mail(ada)

    landing = await unkind.public.get(links(mail)["enrol"])
    await unkind.public.post("/api/enrol", data=button(landing.text))
    await unkind.row_with(ada, InviteStatus="AddedToGroup", InGroup=True)
    await unkind.control.post(f"/control/users/{ada}/methods", json={"type": "fido2"})
    row = await unkind.row_with(ada, InviteStatus="Active", ErrorDetails=None)

    async def is_shown_as_member() -> bool:
        return row["ObjectId"] in await unkind.members()

    await eventually(is_shown_as_member)

    async def told() -> bool:
        await unkind.come_round(BOUNCE_SCHEDULE_ID)
        return bool((await unkind.row(lost)).get("ErrorDetails"))

    await eventually(told)
    assert [one["subject"] for one in await unkind.mails(ada)] == [mail["subject"]]
