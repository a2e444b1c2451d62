"""A tenant in memory with a few people, and clients of its Graph."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.entra.keys import SigningKey
from simulated_tenant.sharepoint.columns import new_column
from tests.support.tenant import TENANT_ID, graph_client

APP = "aaaaaaaa-0000-4000-8000-000000000001"
SECRET = "a-secret-of-more-than-thirty-two-characters"
ROLES = (
    "User.Read.All",
    "UserAuthenticationMethod.Read.All",
    "AuditLog.Read.All",
    "GroupMember.ReadWrite.All",
    "GroupMember.Read.All",
    "Sites.Manage.All",
    "Mail.Send",
    "Mail.ReadWrite",
)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = field(default=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def advance(self, duration: timedelta) -> None:
        """Let time pass."""
        self.now += duration


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


GROUP_ID = "bbbbbbbb-0000-4000-8000-000000000001"
LIST_ID = "cccccccc-0000-4000-8000-000000000001"
SITE_ID = (
    "contoso.sharepoint.example,dddddddd-0000-4000-8000-000000000001,"
    "dddddddd-0000-4000-8000-000000000002"
)
ITEMS = f"/sites/{SITE_ID}/lists/{LIST_ID}/items"


@pytest.fixture
async def graph(tenant: SimulatedTenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the app's token."""
    async with graph_client(tenant, APP) as client:
        yield client


def code_of(response: httpx.Response) -> str:
    """Return the error code of an answer."""
    code = response.json()["error"]["code"]
    assert isinstance(code, str)
    return code
