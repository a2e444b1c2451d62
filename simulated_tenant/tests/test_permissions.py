"""Tests of who may do what, against Microsoft's own permission data."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.graph.routes import HANDLERS
from simulated_tenant.permissions import ALLOWED
from simulated_tenant.testing import graph_client
from small_tenant import APP, GROUP_ID, ITEMS, LIST_ID, SITE_ID, code_of

# Permissions of other products, which this tenant doesn't know.
OTHER_PRODUCTS = ("DeviceManagement", "AgentIdUser")
# What the data lacks: permissions that include others in practice, and rows that are empty.
INCLUDING = {"Sites.Manage.All", "Sites.FullControl.All"}
GAPS = {
    "POST /groups/{id}/members/$ref": set(ALLOWED["POST /groups/{id}/members/$ref"]),
    "GET /groups/{id}": {"GroupMember.ReadWrite.All"},
    "GET /users/{id}/messages/{id}": {"Mail.ReadWrite"},
}
# Calls of which the data says nothing; another one has to be looked up in Microsoft's documents.
NOT_IN_THE_DATA = frozenset(
    {
        "DELETE /groups/{id}/members/{id}/$ref",
        "DELETE /users/{id}/messages/{id}",
        "GET /groups",
        "GET /reports/authenticationmethods/userregistrationdetails/{id}",
        "GET /users/{id}/messages/{id}/$value",
        "GET /users/{id}/messages/{id}/attachments",
        "GET /users/{id}/messages/{id}/attachments/{id}",
        "GET /users/{id}/messages/{id}/attachments/{id}/$value",
        "PATCH /users/{id}/messages/{id}",
    }
)


def oracle(name: str) -> dict[str, Any]:
    """Read a file of Microsoft's data that lies beside the project."""
    for parent in Path(__file__).resolve().parents:
        path = parent / "shared/graph" / name
        if path.is_file():
            data: dict[str, Any] = json.loads(path.read_text())
            return data
    pytest.skip(f"shared/graph/{name} is absent: permissions not checked independently")


def test_every_call_has_its_permissions() -> None:
    """No handler is without a row, no row without a handler."""
    assert set(HANDLERS) == set(ALLOWED)


@pytest.mark.parametrize("operation", sorted(ALLOWED))
def test_the_table_agrees_with_microsofts_data(operation: str) -> None:
    """What allows a call here allows it there, and the other way round, known gaps aside."""
    rows = oracle("permissions.json")["paths"].get(operation)
    assert (rows is None) == (operation in NOT_IN_THE_DATA)
    if rows is None:
        return
    there = {row["permission"] for row in rows}
    there = {name for name in there if not name.startswith(OTHER_PRODUCTS)}
    here = set(ALLOWED[operation])
    assert there - here == set()
    assert here - there <= GAPS.get(operation, set()) | (
        INCLUDING if "/sites" in operation else set()
    )


@pytest.mark.parametrize(
    ("url", "role", "code"),
    [
        ("/users", "GroupMember.Read.All", "Authorization_RequestDenied"),
        ("/users/ann@contoso.example/manager", "User.ReadBasic.All", "Authorization_RequestDenied"),
        (
            "/users/ann@contoso.example/authentication/methods",
            "User.Read.All",
            "Authorization_RequestDenied",
        ),
        (f"/groups/{GROUP_ID}/members", "User.Read.All", "Authorization_RequestDenied"),
        (
            "/reports/authenticationMethods/userRegistrationDetails",
            "UserAuthenticationMethod.Read.All",
            "Authorization_RequestDenied",
        ),
        (ITEMS, "Sites.Selected", "accessDenied"),
        ("/users/mfa@contoso.example/messages", "Mail.Send", "ErrorAccessDenied"),
    ],
)
async def test_each_service_refuses_in_its_own_words(
    tenant: SimulatedTenant, url: str, role: str, code: str
) -> None:
    """An app with another role than the needed one gets 403 and the service's code."""
    tenant.add_app(APP, "x" * 40, [role])
    async with graph_client(tenant, APP) as client:
        response = await client.get(url)
    assert (response.status_code, code_of(response)) == (403, code)


@pytest.mark.parametrize(
    ("grant", "reading", "writing", "managing"),
    [
        (None, 403, 403, 403),
        ("read", 200, 403, 403),
        ("write", 200, 201, 403),
        ("fullcontrol", 200, 201, 201),
    ],
)
async def test_selected_sites_need_a_grant(
    tenant: SimulatedTenant, grant: str | None, reading: int, writing: int, managing: int
) -> None:
    """Sites.Selected alone opens nothing; the grant says how far the door opens."""
    tenant.add_app(APP, "x" * 40, ["Sites.Selected"])
    site = tenant.sites.all()[0]
    site.grants = {APP: [grant]} if grant else {}
    async with graph_client(tenant, APP) as client:
        read = await client.get(ITEMS)
        write = await client.post(ITEMS, json={"fields": {"Title": "a"}})
        manage = await client.post(
            f"/sites/{SITE_ID}/lists/{LIST_ID}/columns", json={"name": "New", "text": {}}
        )
    statuses = (read.status_code, write.status_code, manage.status_code)
    assert statuses == (reading, writing, managing)


async def test_a_mailbox_scope_opens_that_mailbox_only(tenant: SimulatedTenant) -> None:
    """RBAC for one mailbox needs no role in the token, and says nothing of other mailboxes."""
    sender = tenant.user("mfa@contoso.example")
    scopes = {"Mail.ReadWrite": [sender.id]}
    tenant.add_app(APP, "x" * 40, [], mailbox_scopes=scopes)
    body = {"subject": "x", "toRecipients": [{"emailAddress": {"address": "bo@contoso.example"}}]}
    async with graph_client(tenant, APP) as client:
        own = await client.post("/users/mfa@contoso.example/messages", json=body)
        sending = await client.post(f"/users/{sender.id}/messages/{own.json()['id']}/send")
        other = await client.get("/users/ann@contoso.example/messages")
        unknown = await client.get("/users/nobody@contoso.example/messages")
    assert own.status_code == 201
    assert (sending.status_code, code_of(sending)) == (403, "ErrorAccessDenied")
    assert (other.status_code, code_of(other)) == (403, "ErrorAccessDenied")
    assert (unknown.status_code, code_of(unknown)) == (404, "ErrorInvalidUser")


async def test_a_directory_role_opens_that_group_only(tenant: SimulatedTenant) -> None:
    """A custom role over one group allows reading and adding there, nowhere else."""
    tenant.add_app(APP, "x" * 40, [], group_scopes=[GROUP_ID])
    other = tenant.add_group("Other")
    ann = tenant.user("ann@contoso.example")
    body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{ann.id}"}
    async with graph_client(tenant, APP) as client:
        statuses = [
            (await client.get(f"/groups/{GROUP_ID}")).status_code,
            (await client.post(f"/groups/{GROUP_ID}/members/$ref", json=body)).status_code,
            (await client.get(f"/groups/{other.id}")).status_code,
            (await client.post(f"/groups/{other.id}/members/$ref", json=body)).status_code,
        ]
    assert statuses == [200, 204, 403, 403]


async def test_role_assignable_groups_need_more(tenant: SimulatedTenant) -> None:
    """With RoleManagement.ReadWrite.Directory members can be added to such a group."""
    group = tenant.add_group("Admins", is_assignable_to_role=True)
    roles = ["GroupMember.ReadWrite.All", "RoleManagement.ReadWrite.Directory"]
    tenant.add_app(APP, "x" * 40, roles)
    ann = tenant.user("ann@contoso.example")
    body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{ann.id}"}
    async with graph_client(tenant, APP) as client:
        response: httpx.Response = await client.post(f"/groups/{group.id}/members/$ref", json=body)
    assert response.status_code == 204
