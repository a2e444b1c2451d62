"""Tests of Graph's groups."""

from typing import Any

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from small_tenant import GROUP_ID, code_of

MEMBERS = f"/groups/{GROUP_ID}/members"


def reference(user_id: str) -> dict[str, str]:
    """The body that adds somebody."""
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user_id}"}


async def test_adding_twice_is_a_204_and_then_a_400(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The second add is refused in the very words that clients have seen."""
    ann = tenant.user("ann@contoso.example")
    first = await graph.post(f"{MEMBERS}/$ref", json=reference(ann.id))
    second = await graph.post(f"{MEMBERS}/$ref", json=reference(ann.id))
    assert (first.status_code, first.content) == (204, b"")
    assert (second.status_code, code_of(second)) == (400, "Request_BadRequest")
    assert "already exist" in second.json()["error"]["message"]
    assert tenant.members(GROUP_ID) == [ann.id]


async def test_an_unknown_object_is_a_404(graph: httpx.AsyncClient) -> None:
    """Somebody who doesn't exist can't be added, nor to a group that doesn't."""
    nobody = "99999999-0000-4000-8000-000000000000"
    member = await graph.post(f"{MEMBERS}/$ref", json=reference(nobody))
    group = await graph.post(f"/groups/{nobody}/members/$ref", json=reference(nobody))
    assert (member.status_code, code_of(member)) == (404, "Request_ResourceNotFound")
    assert (group.status_code, code_of(group)) == (404, "Request_ResourceNotFound")


@pytest.mark.parametrize("body", [{}, {"@odata.id": "ann"}, {"id": "x"}])
async def test_a_wrong_body_has_the_code_of_a_repeated_add(
    graph: httpx.AsyncClient, body: dict[str, str]
) -> None:
    """Only re-reading tells a wrong body from "already a member"."""
    response = await graph.post(f"{MEMBERS}/$ref", json=body)
    assert (response.status_code, code_of(response)) == (400, "Request_BadRequest")


@pytest.mark.parametrize(
    ("properties", "status", "code"),
    [
        ({"group_types": ["DynamicMembership"]}, 400, "Request_BadRequest"),
        ({"on_premises_sync_enabled": True}, 400, "Request_BadRequest"),
        ({"mail_enabled": True}, 400, "Request_BadRequest"),
        ({"is_assignable_to_role": True}, 403, "Authorization_RequestDenied"),
        ({"is_management_restricted": True}, 403, "Authorization_RequestDenied"),
    ],
)
async def test_some_groups_take_no_members(
    tenant: SimulatedTenant,
    graph: httpx.AsyncClient,
    properties: dict[str, Any],
    status: int,
    code: str,
) -> None:
    """Each kind refuses in its own way, and shows what it is."""
    group = tenant.add_group("Special", **properties)
    ann = tenant.user("ann@contoso.example")
    response = await graph.post(f"/groups/{group.id}/members/$ref", json=reference(ann.id))
    shown = await graph.get(
        f"/groups/{group.id}?$select=groupTypes,isAssignableToRole,onPremisesSyncEnabled,"
        "isManagementRestricted,mailEnabled"
    )
    assert (response.status_code, code_of(response)) == (status, code)
    assert tenant.members(group.id) == []
    assert any(value for name, value in shown.json().items() if not name.startswith("@"))


async def test_a_group_of_microsoft_365_takes_members(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """It has a mailbox of its own, and Graph changes its members all the same."""
    group = tenant.add_group("Team", mail_enabled=True, group_types=["Unified"])
    ann = tenant.user("ann@contoso.example")
    response = await graph.post(f"/groups/{group.id}/members/$ref", json=reference(ann.id))
    assert response.status_code == 204
    assert tenant.members(group.id) == [ann.id]


async def test_members_are_paged(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """Every member comes once, in pages of the size asked for."""
    ids = [tenant.add_user(f"member{number}@contoso.example").id for number in range(5)]
    for user_id in ids:
        tenant.add_member(GROUP_ID, user_id)
    found, url = [], f"{MEMBERS}?$select=id&$top=2"
    while url:
        body = (await graph.get(url)).json()
        found += [member["id"] for member in body["value"]]
        url = body.get("@odata.nextLink", "")
    assert found == ids


async def test_membership_through_a_group_is_seen_where_graph_sees_it(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """CheckMemberGroups and transitiveMembers look through nested groups, members doesn't."""
    ann = tenant.user("ann@contoso.example")
    inner = tenant.add_group("Inner")
    tenant.add_member(inner.id, ann.id)
    tenant.add_member(GROUP_ID, inner.id)
    check = await graph.post(
        f"/users/{ann.id}/checkMemberGroups", json={"groupIds": [GROUP_ID, ann.id]}
    )
    transitive = (await graph.get(f"/groups/{GROUP_ID}/transitiveMembers?$select=id")).json()
    direct = (await graph.get(f"{MEMBERS}?$select=id")).json()
    assert check.json()["value"] == [GROUP_ID]
    assert {one["id"] for one in transitive["value"]} == {inner.id, ann.id}
    assert [one["id"] for one in direct["value"]] == [inner.id]


async def test_groups_that_hold_each_other_are_no_endless_loop(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A circle of groups is walked once."""
    other = tenant.add_group("Other")
    tenant.add_member(GROUP_ID, other.id)
    tenant.add_member(other.id, GROUP_ID)
    response = await graph.post(
        "/users/ann@contoso.example/checkMemberGroups", json={"groupIds": [GROUP_ID]}
    )
    transitive = await graph.get(f"/groups/{GROUP_ID}/transitiveMembers")
    assert response.json()["value"] == []
    assert len(transitive.json()["value"]) == 2


async def test_at_most_twenty_groups_are_checked(graph: httpx.AsyncClient) -> None:
    """The twenty-first group makes the request a bad one."""
    url = "/users/ann@contoso.example/checkMemberGroups"
    assert (await graph.post(url, json={"groupIds": [GROUP_ID] * 20})).status_code == 200
    assert (await graph.post(url, json={"groupIds": [GROUP_ID] * 21})).status_code == 400


async def test_a_deleted_user_leaves_the_group(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Whoever is deleted is no member any more."""
    ann = tenant.user("ann@contoso.example")
    tenant.add_member(GROUP_ID, ann.id)
    tenant.delete_user(ann.id)
    assert (await graph.get(MEMBERS)).json()["value"] == []


async def test_groups_are_found_by_their_name(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Names aren't unique, capitals don't matter, and pages are short where the tenant says so."""
    made = [tenant.add_group(name).id for name in ("Twins", "twins", "Twigs")]
    tenant.page_cap = 1
    twins = await graph.get("/groups", params={"$filter": "displayName eq 'TWINS'"})
    more = await graph.get(twins.json()["@odata.nextLink"])
    begin = {"$filter": "startswith(displayName,'twi')", "$select": "id,displayName"}
    first = await graph.get("/groups", params=begin)
    assert [row["id"] for row in twins.json()["value"] + more.json()["value"]] == made[:2]
    assert first.json()["value"] == [{"id": made[0], "displayName": "Twins"}]
    wrong = await graph.get("/groups", params={"$filter": "description eq 'x'"})
    assert (wrong.status_code, code_of(wrong)) == (400, "Request_BadRequest")


async def test_hidden_and_absent_groups_have_nobody(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Neither is an error: whoever asks learns no member, unless the app may read hidden ones."""
    ann = tenant.user("ann@contoso.example")
    nowhere = "99999999-0000-4000-8000-000000000000"
    hidden = tenant.add_group("Hidden", group_types=["Unified"], visibility="HiddenMembership")
    tenant.add_member(hidden.id, ann.id)
    asked = {"groupIds": [nowhere, hidden.id]}

    checked = await graph.post(f"/users/{ann.id}/checkMemberGroups", json=asked)
    listed = await graph.get(f"/groups/{hidden.id}/members")
    inherited = await graph.get(f"/groups/{hidden.id}/transitiveMembers")

    for answer in (checked, listed, inherited):
        assert (answer.status_code, answer.json()["value"]) == (200, [])
