"""An API that may read the list of an older system."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from temporalio.client import Client

from domain.enrolment.policy import Policy
from graph.http.client import GraphClient
from graph.http.retries import ONE_TRY
from graph.sign_in.open_graph import open_graph
from graph.tracking_list import TrackingList
from simulated_tenant import SimulatedTenant
from simulated_tenant.population import API_ROLES, tracking_columns
from simulated_tenant.testing import TENANT_ID, running_tenant
from tests.api.links.legacy_links.library import Library
from tests.api.running import Api, running_api
from tests.support.microsoft import connection_to

CLIENT_ID = "3d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33"
SECRET = "a-secret-that-nobody-may-see-0123456789"


@pytest.fixture(scope="module")
async def library_of_module() -> AsyncIterator[Library]:
    """Serve one tenant to all tests of this file."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    tenant.add_app(CLIENT_ID, SECRET, API_ROLES)
    site = tenant.add_site()
    site.grants[CLIENT_ID] = ["read"]
    tenant.sites.put(site)
    rows = tenant.add_list(site, "MFA", tracking_columns())
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(running_tenant(tenant))
        connection = connection_to(running, CLIENT_ID, SECRET)
        graph: GraphClient = await stack.enter_async_context(
            open_graph(connection, patience=ONE_TRY)
        )
        tracking_list = TrackingList(graph, site.id, rows.definition.id)
        yield Library(tenant=tenant, rows=rows, tracking_list=tracking_list)


@pytest.fixture
def library(library_of_module: Library) -> Library:
    """Return the tenant without faults, and nothing recorded."""
    library_of_module.tenant.faults.clear()
    library_of_module.tenant.exchanges.enabled = True
    library_of_module.tenant.exchanges.clear()
    return library_of_module


@pytest.fixture
async def api(client: Client, library: Library, tmp_path: Path) -> AsyncIterator[Api]:
    """Run an API that may read the list; enrolments that it starts know their policy."""
    policy = Policy(escalate_after=7)
    async with running_api(
        client, tmp_path, tracking_list=library.tracking_list, policy=policy
    ) as running:
        yield running
