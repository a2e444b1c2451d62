"""Tests of faults on demand."""

import asyncio
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.faults import Fault, Late
from small_tenant import GROUP_ID, ITEMS, Clock, code_of

ANN = "/users/ann@contoso.example"


@pytest.mark.parametrize("value", ["5", "2.128", "soon", None])
async def test_throttling_takes_every_form(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, value: str | None
) -> None:
    """Retry-After is sent as it stands, or not at all, for as many calls as wanted."""
    tenant.faults.add(Fault(path="/users/ann", times=2, status=429, retry_after=value))
    answers = [await graph.get(ANN) for _ in range(3)]
    assert [one.status_code for one in answers] == [429, 429, 200]
    assert answers[0].headers.get("Retry-After") == value
    assert code_of(answers[0]) == "TooManyRequests"


async def test_throttling_can_name_a_date(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """A date is as far ahead as wanted by the tenant's clock."""
    wait = timedelta(seconds=90)
    tenant.faults.add(Fault(status=429, retry_after_date=wait))
    response = await graph.get(ANN)
    assert parsedate_to_datetime(response.headers["Retry-After"]) == clock() + wait


async def test_a_gateway_answers_in_html(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """The body is no JSON, the status a gateway's."""
    tenant.faults.add(Fault(status=502, html=True))
    response = await graph.get(ANN)
    assert response.status_code == 502
    assert response.headers["content-type"] == "text/html"
    assert response.text.startswith("<html>")


async def test_a_code_can_be_empty(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """Graph has answered with an empty code; so can the tenant."""
    tenant.faults.add(Fault(status=503, code=""))
    response = await graph.get(ANN)
    assert (response.status_code, code_of(response)) == (503, "")


async def test_a_write_can_succeed_and_look_failed(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A 504 after the write leaves the item behind."""
    tenant.faults.add(Fault(method="POST", path="/items$", status=504, after_write=True))
    response = await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    assert response.status_code == 504
    assert [item["Title"] for item in tenant.list_items()] == ["a"]


async def test_a_refused_write_is_not_made(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A plain 504 leaves nothing behind."""
    tenant.faults.add(Fault(method="POST", path="/items$", status=504))
    await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    assert tenant.list_items() == []


async def test_a_write_can_succeed_and_hang(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A client that gives up waiting finds its write done."""
    fault = Fault(method="POST", path="/items$", hold_after=timedelta(hours=1))
    tenant.faults.add(fault)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    assert [item["Title"] for item in tenant.list_items()] == ["a"]


async def test_a_call_can_hang_before_it_is_made(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A client that gives up waiting finds nothing done."""
    fault = Fault(method="POST", path="/items$", hold_before=timedelta(hours=1))
    tenant.faults.add(fault)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    assert tenant.list_items() == []


async def test_rules_match_method_and_path(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Other verbs and other paths aren't touched; ``%40`` is matched as ``@``."""
    rule = tenant.faults.add(Fault(method="GET", path=r"users/ann@[^/]+$", times=None, status=500))
    assert (await graph.get("/users/bo@contoso.example")).status_code == 200
    assert (await graph.get(f"{ANN}/manager")).status_code == 200
    assert (await graph.get("/users/ann%40contoso.example")).status_code == 500
    assert rule.hits == 1
    tenant.faults.clear()
    assert (await graph.get(ANN)).status_code == 200


async def test_a_rule_can_wait_for_its_turn(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The first calls go well, then some fail, then all go well."""
    tenant.faults.add(Fault(path="/users/ann", skip=1, times=2, status=503))
    statuses = [(await graph.get(ANN)).status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]


async def test_an_expired_token_can_be_feigned(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """One 401 with Graph's code, as if the token had run out between two calls."""
    tenant.faults.add(Fault(status=401))
    first, second = await graph.get(ANN), await graph.get(ANN)
    assert (first.status_code, code_of(first)) == (401, "InvalidAuthenticationToken")
    assert second.status_code == 200


async def test_an_empty_page_is_not_the_end(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A page without rows has a nextLink that leads on."""
    tenant.faults.add(Fault(path="/users", empty_page=True))
    first = (await graph.get("/users?$top=50")).json()
    second = (await graph.get(first["@odata.nextLink"])).json()
    assert first["value"] == []
    assert len(second["value"]) == 3


async def test_items_can_be_seen_late(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """A new row is missing from direct reads and lists, yet its unique value is taken."""
    tenant.faults.late(Late.ITEM, timedelta(seconds=20))
    await graph.post(ITEMS, json={"fields": {"Title": "a", "Token": "t"}})
    query = {"$filter": "fields/Token eq 't'"}
    early = [await graph.get(f"{ITEMS}/1"), await graph.get(ITEMS, params=query)]
    duplicate = await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    clock.advance(timedelta(seconds=20))
    late = await graph.get(ITEMS, params=query)
    assert early[0].status_code == 404
    assert early[1].json()["value"] == []
    assert duplicate.status_code == 409
    assert len(late.json()["value"]) == 1


async def test_members_can_be_seen_late(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """A check after the add says no for a while; adding again says "already"."""
    tenant.faults.late(Late.MEMBER, timedelta(seconds=20), times=1)
    ann = tenant.user("ann@contoso.example")
    body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{ann.id}"}
    add = await graph.post(f"/groups/{GROUP_ID}/members/$ref", json=body)
    check = {"url": f"/users/{ann.id}/checkMemberGroups", "json": {"groupIds": [GROUP_ID]}}
    early = (await graph.post(**check)).json()["value"]  # type: ignore[arg-type]
    again = await graph.post(f"/groups/{GROUP_ID}/members/$ref", json=body)
    clock.advance(timedelta(seconds=20))
    late = (await graph.post(**check)).json()["value"]  # type: ignore[arg-type]
    assert (add.status_code, again.status_code) == (204, 400)
    assert (early, late) == ([], [GROUP_ID])


async def test_exchanges_are_recorded_when_wanted(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The record has method, address, bodies and status, of batch parts too, and no token."""
    await graph.get(ANN)
    tenant.exchanges.enabled = True
    await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    await graph.post("/$batch", json={"requests": [{"id": "1", "method": "GET", "url": ANN}]})
    recorded = tenant.exchanges.all()
    assert [(one.method, one.status) for one in recorded] == [
        ("POST", 201),
        ("GET", 200),
        ("POST", 200),
    ]
    assert recorded[0].request_body == {"fields": {"Title": "a"}}
    assert recorded[0].response_body["id"] == "1"
    assert re.fullmatch(r"https://.*/v1\.0/users/ann%40contoso\.example", recorded[1].url)
    assert graph.headers["Authorization"].split()[1] not in repr(recorded)
