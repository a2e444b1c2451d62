"""Tests of the directory's surprises: rights, lags, shared addresses, odd names, restored users."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.testing import TENANT_ID, graph_client
from small_tenant import APP, GROUP_ID, Clock, code_of

ANN = "/users/ann@contoso.example"
REPORT = "/reports/authenticationMethods/userRegistrationDetails"


async def groups_of(graph: httpx.AsyncClient, user: str = ANN) -> httpx.Response:
    """Ask whether somebody is in the group."""
    return await graph.post(f"{user}/checkMemberGroups", json={"groupIds": [GROUP_ID]})


async def add(graph: httpx.AsyncClient, user_id: str) -> httpx.Response:
    """Put somebody into the group."""
    reference = f"https://graph.microsoft.com/v1.0/directoryObjects/{user_id}"
    return await graph.post(f"/groups/{GROUP_ID}/members/$ref", json={"@odata.id": reference})


async def test_nulls(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """What may be null is, by itself and in lists; the report has null for nobody's methods."""
    tenant.traits.switch("nulls")
    query = "$select=displayName,userType,userPrincipalName,accountEnabled"
    one = (await graph.get(f"{ANN}?{query}")).json()
    listed = (await graph.get(f"/users?{query}")).json()["value"]
    report = (await graph.get(REPORT)).json()["value"]
    for user in (one, *listed):
        assert (user["displayName"], user["userType"]) == (None, None)
        assert user["userPrincipalName"]
    assert {user["accountEnabled"] for user in listed} == {True, None}
    assert None in [user["methodsRegistered"] for user in report]
    assert [] not in [user["methodsRegistered"] for user in report]


async def test_lostpages(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """One of so many links to a next page leads nowhere; the next to be asked for does again."""
    for number in range(3):
        tenant.add_user(f"page{number}@contoso.example")
    tenant.traits.switch("lostpages", "2")
    link = (await graph.get("/users?$top=1")).json()["@odata.nextLink"]
    answers = [await graph.get(link) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 400, 200, 400]
    assert code_of(answers[1]) == "Directory_ExpiredPageToken"


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        (["User.Read.All"], 403),
        (["GroupMember.ReadWrite.All"], 403),
        (["User.Read.All", "GroupMember.Read.All"], 200),
        (["User.Read.All", "GroupMember.ReadWrite.All"], 200),
        (["Directory.Read.All"], 200),
    ],
)
async def test_groupread(tenant: SimulatedTenant, roles: list[str], status: int) -> None:
    """Asking for memberships needs the right to read people and the right to read members."""
    tenant.add_app(APP, "x" * 40, roles)
    async with graph_client(tenant, APP) as graph:
        answer = await groups_of(graph)
    assert answer.status_code == status
    if status == 403:
        assert code_of(answer) == "Authorization_RequestDenied"


async def test_grouplag(tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock) -> None:
    """Just after an add Graph still says "not a member", and yet that the member exists."""
    tenant.traits.switch("grouplag", "120")
    ann = tenant.user("ann@contoso.example")
    assert (await add(graph, ann.id)).status_code == 204
    assert (await groups_of(graph)).json()["value"] == []
    assert (await add(graph, ann.id)).status_code == 400
    clock.advance(timedelta(minutes=2))
    assert (await groups_of(graph)).json()["value"] == [GROUP_ID]


async def test_rbaclag(tenant: SimulatedTenant, clock: Clock) -> None:
    """A grant to a mailbox is in force an hour later; until then it is denied like none."""
    tenant.traits.switch("rbaclag")
    sender = tenant.user("mfa@contoso.example")
    tenant.add_app(APP, "x" * 40, [], mailbox_scopes={"Mail.ReadWrite": [sender.id]})
    drafts = "/users/mfa@contoso.example/mailFolders/drafts/messages?$top=1"
    async with graph_client(tenant, APP) as graph:
        denied = await graph.get(drafts)
        clock.advance(timedelta(minutes=59))
        still = await graph.get(drafts)
    clock.advance(timedelta(minutes=1))
    async with graph_client(tenant, APP) as graph:
        granted = await graph.get(drafts)
    assert (denied.status_code, code_of(denied)) == (403, "ErrorAccessDenied")
    assert (still.status_code, granted.status_code) == (403, 200)


async def test_userlag(tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock) -> None:
    """A user who was just created is a 404, and on no list."""
    tenant.traits.switch("userlag", "300")
    clock.advance(timedelta(hours=1) - timedelta(seconds=301))
    tenant.add_user("eve@contoso.example")
    early = await graph.get("/users/eve@contoso.example")
    filtered = await graph.get("/users?$filter=userPrincipalName eq 'eve@contoso.example'")
    assert (early.status_code, code_of(early)) == (404, "Request_ResourceNotFound")
    assert filtered.json()["value"] == []
    clock.advance(timedelta(seconds=300))
    assert (await graph.get("/users/eve@contoso.example")).status_code == 200


async def test_two_holders_of_one_address(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A filter by mail finds both; mail goes to the first, and to the other once alone."""
    shared = "desk@contoso.example"
    first = tenant.add_user("c1@contoso.example", mail=shared)
    second = tenant.add_user("c2@contoso.example", mail=shared)
    url = f"/users?$select=id&$filter=mail eq '{shared}'"
    both = (await graph.get(url)).json()["value"]
    assert [one["id"] for one in both] == [first.id, second.id]
    assert tenant.users.find_by_address(shared) == first
    tenant.delete_user(first.id)
    assert [one["id"] for one in (await graph.get(url)).json()["value"]] == [second.id]
    assert tenant.users.find_by_address(shared) == second


async def test_names_that_begin_with_a_dollar(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Such a name must be written in parentheses; any other may be."""
    money = tenant.add_user("$money@contoso.example", methods=["phone"])
    plain = await graph.get("/users/$money@contoso.example")
    keyed = await graph.get("/users('$money@contoso.example')")
    below = await graph.get("/users('$money@contoso.example')/authentication/methods")
    other = await graph.get("/users('ann@contoso.example')?$select=id")
    assert (plain.status_code, code_of(plain)) == (400, "BadRequest")
    assert keyed.json()["id"] == money.id
    assert len(below.json()["value"]) == 2
    assert other.json()["id"] == tenant.user("ann@contoso.example").id


async def test_quotes_in_parentheses_are_doubled(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """An apostrophe in a key is written twice, as in every literal."""
    tenant.add_user("o'hara@contoso.example")
    assert (await graph.get("/users('o''hara@contoso.example')")).status_code == 200


async def test_windows_hello_alone_is_not_registered_in_the_report(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The report lists the method and yet says no; with another method it says yes."""
    ann = tenant.user("ann@contoso.example")
    tenant.register_method(ann.id, "windowsHelloForBusiness")
    alone = (await graph.get(f"{REPORT}/{ann.id}")).json()
    tenant.register_method(ann.id, "fido2")
    both = (await graph.get(f"{REPORT}/{ann.id}")).json()
    assert alone["methodsRegistered"] == ["windowsHelloForBusiness"]
    assert (alone["isMfaRegistered"], alone["isMfaCapable"]) == (False, False)
    assert alone["isPasswordlessCapable"] is True
    assert both["isMfaRegistered"] is True


async def test_a_deleted_user_is_restored(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    """The object id, the methods and the memberships are those of before."""
    ann = tenant.user("ann@contoso.example")
    tenant.register_method(ann.id, "phone")
    tenant.add_member(GROUP_ID, ann.id)
    delta = (await graph.get("/users/delta?$deltatoken=latest&$select=id")).json()
    await control.delete(f"/users/{ann.id}")
    assert (await graph.get(f"/users/{ann.id}")).status_code == 404
    assert tenant.members(GROUP_ID) == []
    restored = await control.post(f"/users/{ann.id}/restore")
    again = await control.post(f"/users/{ann.id}/restore")
    assert (restored.json()["id"], again.status_code) == (ann.id, 404)
    assert (await groups_of(graph)).json()["value"] == [GROUP_ID]
    assert len((await graph.get(f"{ANN}/authentication/methods")).json()["value"]) == 2
    changes = (await graph.get(delta["@odata.deltaLink"])).json()["value"]
    assert changes == [{"id": ann.id}]


async def test_a_name_that_was_given_away_can_not_be_restored(
    tenant: SimulatedTenant, control: httpx.AsyncClient
) -> None:
    """The user stays deleted while somebody else has the user principal name."""
    ann = tenant.user("ann@contoso.example")
    tenant.delete_user(ann.id)
    new = tenant.add_user("ann@contoso.example")
    assert (await control.post(f"/users/{ann.id}/restore")).status_code == 400
    tenant.delete_user(new.id)
    assert (await control.post(f"/users/{ann.id}/restore")).status_code == 200


def test_a_deleted_user_is_restored_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    """What is needed to restore somebody is kept in the state's file."""
    first = SimulatedTenant(tenant_id=TENANT_ID, clock=clock, data_dir=tmp_path)
    ann = first.add_user("ann@contoso.example", methods=["phone"])
    group = first.add_group("MFA enforced")
    first.add_member(group.id, ann.id)
    first.delete_user(ann.id)
    first.close()
    second = SimulatedTenant(tenant_id=TENANT_ID, clock=clock, data_dir=tmp_path)
    assert second.restore_user(ann.id).user_principal_name == "ann@contoso.example"
    assert second.members(group.id) == [ann.id]
    second.close()
