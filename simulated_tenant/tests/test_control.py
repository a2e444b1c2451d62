"""Tests of the control API."""

from typing import Any

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from small_tenant import APP, GROUP_ID, ITEMS, LIST_ID

ANN = "/users/ann@contoso.example"


async def test_people_come_change_and_go(
    tenant: SimulatedTenant, control: httpx.AsyncClient
) -> None:
    """Users are added, changed, disabled, given a manager and deleted by Graph's names."""
    body = {
        "userPrincipalName": "eve@contoso.example",
        "displayName": "Eve",
        "department": "Law",
        "methods": ["phone"],
    }
    added = (await control.post("/users", json=body)).json()
    await control.patch("/users/eve@contoso.example", json={"department": "Legal"})
    await control.put("/users/eve@contoso.example/enabled", json={"enabled": False})
    await control.put(
        "/users/eve@contoso.example/manager", json={"managerId": "bo@contoso.example"}
    )
    shown = (await control.get(f"/users/{added['id']}")).json()
    deleted = await control.delete("/users/eve@contoso.example")
    missing = await control.get("/users/eve@contoso.example")
    assert added["mail"] == "eve@contoso.example"
    assert (shown["department"], shown["accountEnabled"]) == ("Legal", False)
    assert shown["managerId"] == tenant.user("bo@contoso.example").id
    assert shown["methods"] == ["password", "phone"]
    assert (deleted.status_code, missing.status_code) == (204, 404)


async def test_methods_come_and_go(tenant: SimulatedTenant, control: httpx.AsyncClient) -> None:
    """A method is registered and removed."""
    method = (await control.post(f"{ANN}/methods", json={"type": "fido2"})).json()
    assert method["@odata.type"] == "#microsoft.graph.fido2AuthenticationMethod"
    await control.delete(f"{ANN}/methods/{method['id']}")
    assert len((await control.get(f"{ANN}/methods")).json()["value"]) == 1


@pytest.mark.parametrize(
    ("method", "url", "body", "status"),
    [
        ("POST", "/users", {}, 400),
        ("POST", "/users", {"userPrincipalName": "ann@contoso.example"}, 400),
        ("PATCH", ANN, {"favouriteColour": "red"}, 400),
        ("PUT", f"{ANN}/enabled", {"enabled": "no"}, 400),
        ("PUT", f"{ANN}/manager", {"managerId": "nobody"}, 404),
        ("POST", "/faults", {"state": 429}, 400),
        ("POST", "/faults/late", {"what": "lunch"}, 400),
        ("PATCH", f"/apps/{APP}", {"colour": 1}, 400),
        ("PATCH", "/apps/none", {"addRoles": []}, 404),
        ("PATCH", "/settings", {"colour": 1}, 400),
        ("GET", "/groups/none/members", None, 404),
        ("GET", "/mailboxes/none/messages", None, 404),
    ],
)
async def test_wrong_requests_are_refused(
    control: httpx.AsyncClient, method: str, url: str, body: dict[str, Any] | None, status: int
) -> None:
    """Unknown things are 404, wrong values 400, with a sentence."""
    response = await control.request(method, url, json=body)
    assert response.status_code == status
    assert response.json()["error"]


async def test_a_form_of_another_page_changes_nothing(
    tenant: SimulatedTenant, control: httpx.AsyncClient
) -> None:
    """A body that isn't declared as JSON is refused, so no foreign page can post one."""
    response = await control.post(
        f"{ANN}/methods", content=b'{"type": "phone"}', headers={"Content-Type": "text/plain"}
    )
    assert response.status_code == 415
    assert len(tenant.user("ann@contoso.example").methods) == 1


async def test_messages_are_read(graph: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    """A mailbox's messages come with HTML, text, headers and reader."""
    message = {
        "subject": "Hi",
        "body": {"contentType": "html", "content": "<p>Hello <a href='https://x.example'>you</a>"},
        "toRecipients": [{"emailAddress": {"address": "ann@contoso.example"}}],
        "internetMessageHeaders": [{"name": "X-Kind", "value": "reminder"}],
    }
    await graph.post("/users/mfa@contoso.example/sendMail", json={"message": message})
    [shown] = (await control.get("/mailboxes/ann@contoso.example/messages")).json()["value"]
    sent = (await control.get("/mailboxes/mfa@contoso.example/messages?folder=sentitems")).json()
    assert shown["subject"] == "Hi"
    assert shown["text"] == "Hello you <https://x.example>"
    assert shown["html"].startswith("<p>")
    assert shown["headers"] == {"X-Kind": "reminder"}
    assert shown["to"] == ["ann@contoso.example"]
    assert shown["sentDateTime"] == "2026-03-02T09:00:00Z"
    assert len(sent["value"]) == 1


async def test_groups_and_lists_are_seen(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    """Members are added, listed and removed; rows are listed."""
    members = f"/groups/{GROUP_ID}/members"
    ann = tenant.user("ann@contoso.example")
    assert (await control.post(members, json={"memberId": ann.id})).json() == {"added": True}
    assert (await control.get(members)).json()["value"] == [ann.id]
    await control.delete(f"{members}/{ann.id}")
    assert (await control.get(members)).json()["value"] == []
    await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    rows = (await control.get(f"/lists/{LIST_ID}/items")).json()["value"]
    assert rows == (await control.get("/items")).json()["value"] == [{"id": "1", "Title": "a"}]


async def test_faults_are_added_and_cleared(
    graph: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    """A fault from outside hits Graph, is counted, and goes away."""
    fault = {"path": "/users", "status": 429, "retry_after": 2.5, "times": None, "hold_before": 0}
    await control.post("/faults", json=fault)
    failed = await graph.get("/users")
    [shown] = (await control.get("/faults")).json()["value"]
    await control.delete("/faults")
    fine = await graph.get("/users")
    assert (failed.status_code, failed.headers["Retry-After"]) == (429, "2.5")
    assert shown["hits"] == 1
    assert fine.status_code == 200


async def test_reads_are_made_late(graph: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    """Lateness is set from outside."""
    await control.post("/faults/late", json={"what": "item", "seconds": 60, "times": 1})
    await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    await graph.post(ITEMS, json={"fields": {"Title": "b"}})
    assert [(await graph.get(f"{ITEMS}/{n}")).status_code for n in (1, 2)] == [404, 200]


async def test_apps_and_tokens_are_changed(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    """Roles are removed and added, old tokens can be ended, secrets are not shown."""
    await control.patch(f"/apps/{APP}", json={"removeRoles": ["User.Read.All"]})
    await control.post("/tokens/expire")
    assert (await graph.get("/users")).status_code == 401
    graph.headers["Authorization"] = f"Bearer {tenant.access_token(APP)}"
    assert (await graph.get("/users")).status_code == 403
    await control.patch(f"/apps/{APP}", json={"addRoles": ["User.Read.All"]})
    graph.headers["Authorization"] = f"Bearer {tenant.access_token(APP)}"
    assert (await graph.get("/users")).status_code == 200
    assert (await control.get("/apps")).json()["value"][0]["secrets"] == 1


async def test_exchanges_are_recorded_on_demand(
    graph: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    """The record is switched on, read and cleared."""
    await control.put("/exchanges", json={"enabled": True})
    await graph.get("/users?$top=1")
    [shown] = (await control.get("/exchanges")).json()["value"]
    await control.delete("/exchanges")
    assert (shown["method"], shown["status"]) == ("GET", 200)
    assert shown["url"].endswith("/v1.0/users?$top=1")
    assert (await control.get("/exchanges")).json()["value"] == []


async def test_switches_are_thrown(tenant: SimulatedTenant, control: httpx.AsyncClient) -> None:
    """Licence, lag and page size are changed while the tenant runs."""
    settings = {"premium": False, "reportLagSeconds": 60, "pageCap": 2}
    response = await control.patch("/settings", json=settings)
    assert response.status_code == 204
    assert (tenant.premium, tenant.report_lag.total_seconds(), tenant.page_cap) == (False, 60, 2)
