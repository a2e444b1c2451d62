"""Tests of Graph's users, managers and authentication methods."""

from urllib.parse import quote

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.methods import PASSWORD_METHOD_ID
from simulated_tenant.testing import graph_client
from small_tenant import APP, code_of


async def test_a_user_is_found_by_id_and_by_either_spelling_of_the_name(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Object id, ``@`` and ``%40``, in any case, lead to the same user."""
    ann = tenant.user("ann@contoso.example")
    names = [ann.id, ann.id.upper(), "ann@contoso.example", "ANN%40contoso.example"]
    found = [(await graph.get(f"/users/{name}")).json()["id"] for name in names]
    assert found == [ann.id] * 4


async def test_a_guests_name_is_found_when_encoded(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """``#EXT#`` in a guest's name survives the path."""
    name = "eva_mail.example#EXT#@contoso.example"
    tenant.add_user(name, mail="eva@mail.example", user_type="Guest")
    response = await graph.get(f"/users/{quote(name, safe='')}?$select=userType,mail")
    assert response.json()["userType"] == "Guest"
    assert response.json()["mail"] == "eva@mail.example"


async def test_some_properties_come_only_when_selected(graph: httpx.AsyncClient) -> None:
    """Department, accountEnabled and userType are no part of the default set."""
    wanted = {"department", "accountEnabled", "userType"}
    default = (await graph.get("/users/ann@contoso.example")).json()
    selected = await graph.get(f"/users/ann@contoso.example?$select={','.join(wanted)}")
    assert wanted.isdisjoint(default)
    assert set(selected.json()) == wanted | {"@odata.context"}
    assert selected.json()["department"] == "Sales"


async def test_an_unknown_property_is_a_bad_request(graph: httpx.AsyncClient) -> None:
    """A misspelt property is refused, not ignored."""
    response = await graph.get("/users?$select=id,departement")
    assert (response.status_code, code_of(response)) == (400, "BadRequest")


async def test_an_unknown_user_is_a_404(graph: httpx.AsyncClient) -> None:
    """The error body carries code, message and both request ids."""
    sent = {"client-request-id": "my-own-id"}
    response = await graph.get("/users/nobody@contoso.example", headers=sent)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (404, "Request_ResourceNotFound")
    assert error["innerError"]["client-request-id"] == "my-own-id"
    assert error["innerError"]["request-id"] == response.headers["request-id"]
    assert response.headers["client-request-id"] == "my-own-id"


async def test_users_are_paged_to_the_last(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Following the nextLink as it stands yields everybody once, with the selection kept."""
    for number in range(7):
        tenant.add_user(f"user{number}@contoso.example")
    names, url = [], "/users?$select=userPrincipalName&$top=3"
    while url:
        body = (await graph.get(url)).json()
        assert len(body["value"]) <= 3
        assert all(set(user) == {"userPrincipalName"} for user in body["value"])
        names += [user["userPrincipalName"] for user in body["value"]]
        url = body.get("@odata.nextLink", "")
    assert sorted(names) == sorted(user.user_principal_name for user in tenant.users)


async def test_a_deletion_between_pages_hides_nobody_else(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Paging goes on behind the last user seen, not by counting."""
    first = (await graph.get("/users?$top=1")).json()
    tenant.delete_user(first["value"][0]["id"])
    second = (await graph.get(first["@odata.nextLink"])).json()
    assert second["value"][0]["userPrincipalName"] == "ann@contoso.example"


@pytest.mark.parametrize("top", ["0", "1000", "many"])
async def test_page_sizes_have_bounds(graph: httpx.AsyncClient, top: str) -> None:
    """Only 1 to 999 users fit on a page."""
    response = await graph.get(f"/users?$top={top}")
    assert (response.status_code, code_of(response)) == (400, "Request_BadRequest")


@pytest.mark.parametrize(
    "condition",
    [
        "userPrincipalName eq 'ANN@contoso.example'",
        "mail eq 'ann.other@contoso.example'",
        "proxyAddresses/any(p:p eq 'smtp:old@contoso.example')",
        "mail eq 'x@x.example' or proxyAddresses/any(x:x eq 'SMTP:OLD@contoso.example')",
        "userPrincipalName in ('nobody@contoso.example', 'ann@contoso.example')",
        "department eq 'Sales' and accountEnabled eq true",
        "startswith(userPrincipalName, 'ann@')",
    ],
)
async def test_filters_find_a_user(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, condition: str
) -> None:
    """The filters that an import needs find exactly the one."""
    tenant.change_user(
        "ann@contoso.example",
        mail="ann.other@contoso.example",
        proxy_addresses=["SMTP:ann.other@contoso.example", "smtp:old@contoso.example"],
    )
    response = await graph.get("/users", params={"$filter": condition, "$select": "displayName"})
    assert response.json()["value"] == [{"displayName": "Ann"}]


async def test_quotes_in_a_filter_are_doubled(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """An apostrophe in an address is found when it is doubled, and refused when it isn't."""
    tenant.add_user("sean.o'brien@contoso.example")
    doubled = "userPrincipalName eq 'sean.o''brien@contoso.example'"
    found = await graph.get("/users", params={"$filter": doubled})
    refused = await graph.get("/users", params={"$filter": doubled.replace("''", "'")})
    assert len(found.json()["value"]) == 1
    assert refused.status_code == 400


@pytest.mark.parametrize(
    "condition", ["city eq 'Bern'", "mail ne 'a'", "not (mail eq 'a')", "mail eq", "mail eq 'a"]
)
async def test_other_filters_are_refused(graph: httpx.AsyncClient, condition: str) -> None:
    """What needs an advanced query, or makes no sense, is a 400."""
    response = await graph.get("/users", params={"$filter": condition})
    assert response.status_code == 400


async def test_the_manager_is_a_directory_object(graph: httpx.AsyncClient) -> None:
    """A manager comes with a type annotation and the selected properties."""
    response = await graph.get("/users/ann@contoso.example/manager?$select=displayName")
    body = response.json()
    assert (body["@odata.type"], body["displayName"]) == ("#microsoft.graph.user", "Bo")
    assert "mail" not in body


async def test_no_manager_and_no_user_are_the_same_404(graph: httpx.AsyncClient) -> None:
    """Graph doesn't tell a missing manager from a missing user by status or code."""
    answers = [
        await graph.get("/users/bo@contoso.example/manager"),
        await graph.get("/users/nobody@contoso.example/manager"),
    ]
    assert {(one.status_code, code_of(one)) for one in answers} == {
        (404, "Request_ResourceNotFound")
    }
    assert "'manager'" in answers[0].json()["error"]["message"]


async def test_managers_come_with_a_page_of_users(graph: httpx.AsyncClient) -> None:
    """``$expand=manager($select=…)`` adds the manager to those who have one."""
    url = "/users?$select=displayName&$expand=manager($select=displayName,mail)"
    value = (await graph.get(url)).json()["value"]
    managers = {user["displayName"]: user.get("manager") for user in value}
    assert managers["Bo"] is None
    assert managers["Ann"] == {
        "@odata.type": "#microsoft.graph.user",
        "displayName": "Bo",
        "mail": "bo@contoso.example",
    }


async def test_methods_begin_with_the_password(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Everybody has a password; what is registered comes behind it with its type."""
    tenant.register_method("ann@contoso.example", "phone")
    value = (await graph.get("/users/ann@contoso.example/authentication/methods")).json()["value"]
    assert value[0]["id"] == PASSWORD_METHOD_ID
    assert [method["@odata.type"] for method in value] == [
        "#microsoft.graph.passwordAuthenticationMethod",
        "#microsoft.graph.phoneAuthenticationMethod",
    ]


async def test_an_unknown_method_type_is_passed_on(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A type of the future appears as it is, so that clients can be tested with it."""
    tenant.register_method("ann@contoso.example", "telepathy")
    value = (await graph.get("/users/ann@contoso.example/authentication/methods")).json()["value"]
    assert value[-1]["@odata.type"] == "#microsoft.graph.telepathyAuthenticationMethod"


async def test_the_basic_permission_shows_the_basic_profile(tenant: SimulatedTenant) -> None:
    """With User.ReadBasic.All departments are refused, and the default set is thinned out."""
    tenant.change_user("ann@contoso.example", job_title="Seller")
    tenant.add_app(APP, "x" * 40, ["User.ReadBasic.All"])
    async with graph_client(tenant, APP) as client:
        refused = await client.get("/users/ann@contoso.example?$select=department")
        default = await client.get("/users/ann@contoso.example")
    assert (refused.status_code, code_of(refused)) == (403, "Authorization_RequestDenied")
    assert default.json()["displayName"] == "Ann"
    assert default.json()["jobTitle"] is None


async def test_paths_ignore_case_and_unknown_ones_are_refused(graph: httpx.AsyncClient) -> None:
    """Segments match in any case; what isn't there is a 400, a wrong verb a 405."""
    assert (await graph.get("/Users/ann@contoso.example/Manager")).status_code == 200
    assert (await graph.get("/users/ann@contoso.example/calendar")).status_code == 400
    assert (await graph.put("/users/ann@contoso.example")).status_code == 405


async def test_changes_of_users_are_followed(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The first round brings everybody, the next who changed and who was removed."""
    tenant.page_cap = 2
    names, url, link = [], "/users/delta?$select=displayName", ""
    while url:
        body = (await graph.get(url)).json()
        names += [user["displayName"] for user in body["value"]]
        url, link = body.get("@odata.nextLink", ""), body.get("@odata.deltaLink", "")
    tenant.change_user("ann@contoso.example", display_name="Anna")
    gone = tenant.user("bo@contoso.example").id
    tenant.delete_user(gone)
    changes = (await graph.get(link)).json()["value"]
    latest = (await graph.get("/users/delta?$deltatoken=latest")).json()
    assert names == ["Bo", "Ann", "MFA rollout"]
    assert changes[0]["displayName"] == "Anna"
    assert changes[1] == {"id": gone, "@removed": {"reason": "changed"}}
    assert latest["value"] == []
    assert (await graph.get(latest["@odata.deltaLink"])).json()["value"] == []
