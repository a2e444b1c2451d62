"""A scene in the simulated tenant, reached under Microsoft's own name without a socket."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from graph.http.client import GraphClient
from graph.http.exchange import HttpxExchange
from graph.http.retries import Patience
from simulated_tenant import SimulatedTenant, create_app
from simulated_tenant.directory.methods import METHOD_TYPES
from simulated_tenant.entra.apps import App
from simulated_tenant.population import tracking_columns
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.testing import TENANT_ID
from tests.contract.admin_guide import EXCHANGE, documented
from tests.contract.scene import Scene

GRAPH_URL = "https://graph.microsoft.com/v1.0"
CLIENT_ID = "5a0c7c1e-4b9d-4b60-9a53-2f9c4a8d7e10"
USER = "ada@contoso.example"
SENDER = "mfa@contoso.example"
Wrapper = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """A simulated tenant with what an agreement needs."""

    tenant: SimulatedTenant
    site: Site
    group_id: str
    list_id: str

    def register(self, client_id: str, permissions: Sequence[str]) -> App:
        """Register an app as the admin guide says: mail by RBAC, the site by a grant."""
        sender = self.tenant.user(SENDER)
        self.site.grants[client_id] = ["write"]
        self.tenant.sites.put(self.site)
        return self.tenant.add_app(
            client_id,
            secret="a-secret-of-the-contract-tests-0123456789",
            roles=[name for name in permissions if name not in EXCHANGE],
            mailbox_scopes={name: [sender.id] for name in EXCHANGE.intersection(permissions)},
        )


def things(tenant: SimulatedTenant) -> Things:
    """Put people, a group, a list and the worker's app into an empty tenant."""
    manager = tenant.add_user("boss@contoso.example", display_name="Bo Boss")
    tenant.add_user(USER, display_name="Ada Lovelace", department="Research", manager_id=manager.id)
    for method in sorted(METHOD_TYPES):
        tenant.register_method(USER, method)
    tenant.add_user(SENDER, account_enabled=False)
    site = tenant.add_site()
    made = tenant.add_list(site, "MFA rollout", tracking_columns())
    title = made.column("Title")
    assert title is not None
    title.indexed = title.enforce_unique_values = True
    tenant.sites.column_changed(made)
    group = tenant.add_group("MFA enforced")
    found = Things(tenant=tenant, site=site, group_id=group.id, list_id=made.definition.id)
    found.register(CLIENT_ID, documented())
    return found


class IssuedTokens:
    """Tokens as the tenant issues them, without its token endpoint."""

    def __init__(self, tenant: SimulatedTenant, client_id: str = CLIENT_ID) -> None:
        """Get tokens for an app."""
        self._tenant = tenant
        self._client_id = client_id

    async def token(self) -> str:
        """Return a new one."""
        return self._tenant.access_token(self._client_id)

    async def refresh(self, rejected: str) -> str:
        """Return another one."""
        return await self.token()

    async def newer(self, denied: str) -> None:
        """Return None: each is as new as can be."""


@asynccontextmanager
async def simulated_scene(
    made: Things | None = None, *, wrapper: Wrapper = lambda app: app
) -> AsyncIterator[Scene]:
    """Yield a scene in a tenant of its own.

    Args:
        made: the tenant to use.
        wrapper: put around the tenant's ASGI app, to make its answers others.
    """
    made = made or things(SimulatedTenant(tenant_id=TENANT_ID))
    transport = httpx.ASGITransport(app=wrapper(create_app(made.tenant)))
    tokens = IssuedTokens(made.tenant)
    async with httpx.AsyncClient(transport=transport) as http:
        yield Scene(
            http=http,
            graph=GraphClient(
                HttpxExchange(http), GRAPH_URL, tokens, patience=Patience(attempts=1)
            ),
            tokens=tokens,
            user=USER,
            group_id=made.group_id,
            site_id=made.site.id,
            list_id=made.list_id,
            sender=SENDER,
        )
