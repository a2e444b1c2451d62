"""Tests of $batch."""

import base64
from typing import Any

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.faults import Fault
from small_tenant import GROUP_ID

JSON = {"Content-Type": "application/json"}


def get(part_id: str, url: str = "/users/ann@contoso.example", **more: Any) -> dict[str, Any]:
    """A part that reads."""
    return {"id": part_id, "method": "GET", "url": url} | more


async def run(graph: httpx.AsyncClient, *parts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Run a batch and return its answers by id."""
    response = await graph.post("/$batch", json={"requests": list(parts)})
    assert response.status_code == 200, response.text
    return {one["id"]: one for one in response.json()["responses"]}


async def test_every_part_has_a_status_of_its_own(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A batch is a 200 whatever its parts are, and a write in it is done."""
    ann = tenant.user("ann@contoso.example")
    body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{ann.id}"}
    add = {"id": "3", "method": "POST", "url": f"/groups/{GROUP_ID}/members/$ref"}
    answers = await run(
        graph,
        get("1", "/users/ann@contoso.example?$select=displayName"),
        get("2", "/users/nobody@contoso.example"),
        add | {"headers": JSON, "body": body},
        add | {"id": "4", "headers": JSON, "body": body},
    )
    assert {key: one["status"] for key, one in answers.items()} == {
        "1": 200,
        "2": 404,
        "3": 204,
        "4": 400,
    }
    assert answers["1"]["body"]["displayName"] == "Ann"
    assert "body" not in answers["3"]
    assert tenant.members(GROUP_ID) == [ann.id]


async def test_answers_come_in_another_order(graph: httpx.AsyncClient) -> None:
    """Nobody may rely on the order."""
    response = await graph.post("/$batch", json={"requests": [get("1"), get("2")]})
    assert [one["id"] for one in response.json()["responses"]] == ["2", "1"]


async def test_a_throttled_part_has_its_own_retry_after(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The batch itself isn't throttled."""
    tenant.faults.add(Fault(path="/users/bo", status=429, retry_after="7"))
    answers = await run(graph, get("1"), get("2", "/users/bo@contoso.example"))
    assert (answers["1"]["status"], answers["2"]["status"]) == (200, 429)
    assert answers["2"]["headers"]["Retry-After"] == "7"


async def test_the_whole_may_fail_with_a_throttled_part(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Microsoft's pages differ; with the trait its parts come with a 424."""
    tenant.traits.switch("batchfails")
    fine = await graph.post("/$batch", json={"requests": [get("1")]})
    tenant.faults.add(Fault(path="/users/bo", status=429))
    parts = [get("1"), get("2", "/users/bo@contoso.example")]
    response = await graph.post("/$batch", json={"requests": parts})
    assert (fine.status_code, response.status_code) == (200, 424)
    assert {one["status"] for one in response.json()["responses"]} == {200, 429}


async def test_what_is_not_json_comes_as_base64(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A gateway's page within a batch is a text in its JSON."""
    tenant.faults.add(Fault(path="/users/bo", status=502, html=True))
    [answer] = (await run(graph, get("2", "/users/bo@contoso.example"))).values()
    assert answer["status"] == 502
    assert b"Bad gateway" in base64.b64decode(answer["body"])


async def test_parts_have_no_ids_of_their_own(graph: httpx.AsyncClient) -> None:
    """Microsoft's support finds a part by the ids of the whole."""
    response = await graph.post("/$batch", json={"requests": [get("1")]})
    assert "request-id" in response.headers
    [answer] = response.json()["responses"]
    assert set(answer["headers"]) == {"Content-Type"}


async def test_a_failed_dependency_is_a_424(graph: httpx.AsyncClient) -> None:
    """What depends on a failure isn't tried; what depends on a success is."""
    answers = await run(
        graph,
        get("1", "/users/nobody@contoso.example"),
        get("2", dependsOn=["1"]),
        get("3"),
        get("4", dependsOn=["3"]),
    )
    assert [answers[key]["status"] for key in "1234"] == [404, 424, 200, 200]


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [get(str(number)) for number in range(21)],
        [get("1"), get("1")],
        [get("1", dependsOn=["2"]), get("2")],
        [get("1", "https://graph.microsoft.com/v1.0/users")],
        [get("1", "/$batch")],
        [{"id": "1", "method": "POST", "url": "/users/a/checkMemberGroups", "body": {}}],
        [{"method": "GET", "url": "/users"}],
    ],
)
async def test_a_wrong_batch_is_refused_as_a_whole(
    graph: httpx.AsyncClient, parts: list[dict[str, Any]]
) -> None:
    """Too many, repeated ids, later dependencies, absolute URLs, nesting, no Content-Type."""
    assert (await graph.post("/$batch", json={"requests": parts})).status_code == 400
