"""A tenant in memory with a few people, and clients of its Graph."""

from collections.abc import AsyncIterator

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.entra.keys import SigningKey
from simulated_tenant.people.app import create_people_app
from simulated_tenant.sharepoint.columns import new_column
from simulated_tenant.testing import TENANT_ID, graph_client
from small_tenant import APP, GROUP_ID, LIST_ID, ROLES, SECRET, SITE_ID, Clock


@pytest.fixture
def clock() -> Clock:
    """A clock of the test's own."""
    return Clock()


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    """One key for all tenants, since making one takes time."""
    return SigningKey()


@pytest.fixture
def tenant(clock: Clock, signing_key: SigningKey) -> SimulatedTenant:
    """A tenant with Ann, her manager Bo, a sender mailbox, a group, and a list."""
    made = SimulatedTenant(tenant_id=TENANT_ID, clock=clock, signing_key=signing_key)
    manager = made.add_user("bo@contoso.example", display_name="Bo")
    made.add_user(
        "ann@contoso.example", display_name="Ann", manager_id=manager.id, department="Sales"
    )
    made.add_user("mfa@contoso.example", display_name="MFA rollout", account_enabled=False)
    made.add_group("MFA enforced", id=GROUP_ID)
    site = made.add_site(id=SITE_ID)
    columns = [
        new_column("Status", "choice", indexed=True, facet={"choices": ["Pending", "Sent"]}),
        new_column("Token", "text", indexed=True),
        new_column("Count", "number"),
        new_column("Done", "boolean"),
        new_column("At", "dateTime"),
        new_column("Plain", "text"),
    ]
    tracking = made.add_list(site, "MFA", columns, id=LIST_ID)
    title = tracking.column("Title")
    assert title is not None
    title.indexed = title.enforce_unique_values = True
    made.sites.column_changed(tracking)
    made.add_app(APP, SECRET, ROLES)
    return made


@pytest.fixture
async def graph(tenant: SimulatedTenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the app's token."""
    async with graph_client(tenant, APP) as client:
        yield client


@pytest.fixture
async def control(tenant: SimulatedTenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the control API."""
    transport = httpx.ASGITransport(app=create_people_app(tenant))
    url = "http://people.example/control"
    async with httpx.AsyncClient(transport=transport, base_url=url) as client:
        yield client
