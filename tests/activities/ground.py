"""The tenant that all tests of a process share, and the app that the worker signs in with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from graph.http.exchange import Exchange
from graph.http.transport import open_exchange
from graph.sign_in.tokens import TokenSource
from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.users import User
from simulated_tenant.entra.apps import App
from simulated_tenant.population import WORKER_ROLES, tracking_columns
from simulated_tenant.sharepoint.lists import SharePointList
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.testing import TENANT_ID, RunningTenant, running_tenant
from tests.support.microsoft import connection_to, way_to

CLIENT_ID = "0d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33"
SECRET = "a-secret-that-nobody-may-see-0123456789"
SENDER = "mfa@contoso.example"
YEAR = timedelta(days=365)
# However long the tests of a process take: a single 403 would be gone where a newer token is tried.
ALWAYS_YOUNG = YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What all tests of a process share."""

    running: RunningTenant
    http: Exchange
    tokens: TokenSource
    app: App
    site: Site
    sender: User
    # The traits of the run, as ``SIMULATED_TENANT_TRAITS`` has them.
    traits: dict[str, str]


@asynccontextmanager
async def grounded() -> AsyncIterator[Ground]:
    """Serve a tenant whose worker app may do what the product needs, and nothing else."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    sender = tenant.add_user(SENDER, account_enabled=False)
    app = tenant.add_app(
        CLIENT_ID,
        SECRET,
        WORKER_ROLES,
        mailbox_scopes={"Mail.ReadWrite": [sender.id], "Mail.Send": [sender.id]},
    )
    # RBAC for Applications and the directory have caught up long ago.
    app.scoped_at = tenant.clock() - YEAR
    sender.created_at -= YEAR
    site = tenant.add_site()
    site.grants[CLIENT_ID] = ["write"]
    tenant.sites.put(site)
    async with running_tenant(tenant) as running, open_exchange(way_to(running)) as http:
        tokens = TokenSource(connection_to(running, CLIENT_ID, SECRET), young=ALWAYS_YOUNG)
        yield Ground(
            running=running,
            http=http,
            tokens=tokens,
            app=app,
            site=site,
            sender=sender,
            traits=tenant.traits.shown(),
        )
        tokens.close()


def empty_list(ground: Ground) -> SharePointList:
    """Return a new tracking list, in a tenant without faults and with the traits of the run."""
    tenant = ground.running.tenant
    tenant.faults.clear()
    tenant.traits.switch_all_off()
    for name, value in ground.traits.items():
        tenant.traits.switch(name, value)
    rows = tenant.add_list(ground.site, f"MFA {uuid4().hex}", tracking_columns())
    title = rows.column("Title")
    assert title is not None
    title.indexed = title.enforce_unique_values = True
    tenant.sites.column_changed(rows)
    return rows
