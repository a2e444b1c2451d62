"""The simulated tenant's pages, full of people: narrow, dark, and before axe's rules."""

import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.people.app import create_people_app
from simulated_tenant.population import GROUP_ID, LIST_ID, SITE_ID, TENANT_ID, populate
from simulated_tenant.testing import deliver
from tests.api.running import served
from tests.browser.conftest import OpenWindow
from tests.browser.eyes import complaints
from tests.browser.test_pages import NARROW

LONG = pytest.mark.long
PAGES = (
    "/outbox",
    pytest.param("/list?page=2", marks=LONG),
    pytest.param("/outbox?group=person", marks=LONG),
    pytest.param("/list?group=InviteStatus", marks=LONG),
    pytest.param("/group", marks=LONG),
    pytest.param("/security-info", marks=LONG),
)
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def tenant() -> SimulatedTenant:
    """A tenant with more people, rows, members and mails than a page shows."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    populate(tenant)
    tracking = tenant.sites.find_list(SITE_ID, LIST_ID)
    assert tracking is not None
    for user in [tenant.add_user(f"person.{number}@contoso.example") for number in range(120)]:
        now = tenant.clock()
        fields = {"Title": user.user_principal_name, "InviteStatus": "Sent", "InGroup": True}
        tracking.add(fields, by="app", now=now, visible_at=now)
        tenant.add_member(GROUP_ID, user.id)
        deliver(tenant, user.user_principal_name, "Please set up a second way to sign in")
    return tenant


@pytest.mark.parametrize("address", PAGES)
async def test_a_full_page_is_fit_for_everybody(
    tenant: SimulatedTenant, window: OpenWindow, address: str
) -> None:
    """Light and wide, or dark and 320 px narrow, axe finds nothing and the page doesn't scroll."""
    async with served(create_people_app(tenant)) as url:
        page = await window()
        await page.goto(f"{url}{address}")
        assert await complaints(page) == []
        await page.emulate_media(color_scheme="dark")
        await page.set_viewport_size(NARROW)
        assert await complaints(page) == []
        assert not await page.evaluate(SCROLLS)
