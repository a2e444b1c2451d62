"""A simulated tenant with one app that may do just what the worker needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from domain.microsoft.connection import AppIdentity
from graph.http.client import GraphClient
from graph.http.retries import Patience
from graph.http.transport import open_exchange
from graph.sign_in.tokens import YOUNG, TokenSource
from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.groups import Group
from simulated_tenant.directory.users import User
from simulated_tenant.sharepoint.columns import new_column
from simulated_tenant.sharepoint.lists import SharePointList
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.testing import TENANT_ID, RunningTenant, running_tenant
from tests.support.microsoft import connection_to, way_to
from tests.support.waits import waits_are_over

HASTY = Patience(
    first_backoff=timedelta(milliseconds=1),
    longest_wait=timedelta(milliseconds=200),
    longest_total=timedelta(milliseconds=300),
)
CLIENT_ID = "0d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33"
SECRET = "simulated-secret"
SENDER = "mfa@contoso.example"
NOBODY = "99999999-9999-4999-8999-999999999999"
ROLES = (
    "User.Read.All",
    "UserAuthenticationMethod.Read.All",
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Sites.Selected",
    "AuditLog.Read.All",
)
INDEXED = {"indexed": True}
UNIQUE = {"indexed": True, "enforce_unique_values": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The running tenant, what was put into it, and our client."""

    running: RunningTenant
    client: GraphClient
    site: Site
    tracking_list: SharePointList
    sender: User

    @property
    def tenant(self) -> SimulatedTenant:
        """The tenant's own side."""
        return self.running.tenant

    def user(self, name: str = "user", **properties: Any) -> User:
        """Add a user whom no other test knows."""
        return self.tenant.add_user(f"{name}-{uuid4().hex}@contoso.example", **properties)

    def group(self, **properties: Any) -> Group:
        """Add a group that no other test knows."""
        return self.tenant.add_group("MFA", **properties)


def token_source(
    running: RunningTenant,
    *,
    client_id: str = CLIENT_ID,
    identity: AppIdentity | str = SECRET,
    tenant_id: str = TENANT_ID,
    young: timedelta = YOUNG,
) -> TokenSource:
    """Return a source of tokens from the tenant; close it."""
    connection = connection_to(running, client_id, identity, tenant_id=tenant_id)
    return TokenSource(connection, young=young)


@asynccontextmanager
async def graph_of(running: RunningTenant, tokens: TokenSource) -> AsyncIterator[GraphClient]:
    """Yield a client of the tenant's Graph; close both afterwards."""
    try:
        async with open_exchange(way_to(running)) as http:
            yield GraphClient(
                http, running.graph_url, tokens, patience=HASTY, back_off=waits_are_over()
            )
    finally:
        tokens.close()


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Serve a tenant with an app, a site, a list and a sender mailbox."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID, page_cap=2)
    sender = tenant.add_user(SENDER)
    tenant.add_app(
        CLIENT_ID,
        SECRET,
        ROLES,
        mailbox_scopes={"Mail.ReadWrite": [sender.id], "Mail.Send": [sender.id]},
    )
    site = tenant.add_site()
    site.grants[CLIENT_ID] = ["write"]
    tenant.sites.put(site)
    columns = [
        new_column("InviteStatus", "choice", facet={"choices": ["Pending", "Sent"]}, **INDEXED),
        new_column("TrackingToken", "text", **INDEXED),
        new_column("ObjectId", "text", **UNIQUE),
        new_column("InGroup", "boolean"),
        new_column("ReminderCount", "number"),
        new_column("InviteSentDate", "dateTime"),
        new_column("ErrorDetails", "text"),
    ]
    tracking_list = tenant.add_list(site, "MFA", columns)
    async with running_tenant(tenant) as running, graph_of(running, token_source(running)) as graph:
        yield Stage(
            running=running,
            client=graph,
            site=site,
            tracking_list=tracking_list,
            sender=sender,
        )
