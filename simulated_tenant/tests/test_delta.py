"""Tests of following a list by items/delta."""

from typing import Any

import httpx

from simulated_tenant import SimulatedTenant
from small_tenant import ITEMS, LIST_ID, SITE_ID, code_of

DELTA = f"{ITEMS}/delta"


async def follow(graph: httpx.AsyncClient, url: str) -> tuple[list[dict[str, Any]], str]:
    """Read all pages; return the changes and the deltaLink."""
    changes: list[dict[str, Any]] = []
    while True:
        response = await graph.get(url)
        assert response.status_code == 200, response.text
        body = response.json()
        changes += body["value"]
        if "@odata.deltaLink" in body:
            return changes, body["@odata.deltaLink"]
        url = body["@odata.nextLink"]


async def add(graph: httpx.AsyncClient, title: str) -> None:
    """Add an item."""
    assert (await graph.post(ITEMS, json={"fields": {"Title": title}})).status_code == 201


async def test_the_first_round_brings_everything_in_pages(graph: httpx.AsyncClient) -> None:
    """All rows come once, with the fields asked for; then nothing is new."""
    for number in range(5):
        await add(graph, f"t{number}")
    changes, link = await follow(graph, f"{DELTA}?$expand=fields($select=Title)&$top=2")
    again, _ = await follow(graph, link)
    assert [item["fields"]["Title"] for item in changes] == ["t0", "t1", "t2", "t3", "t4"]
    assert again == []


async def test_later_rounds_bring_what_changed(graph: httpx.AsyncClient) -> None:
    """Changed, new and deleted rows come, each once and in its latest state."""
    for title in ("a", "b", "c"):
        await add(graph, title)
    _, link = await follow(graph, f"{DELTA}?$expand=fields")
    await graph.patch(f"{ITEMS}/1/fields", json={"Count": 1})
    await graph.patch(f"{ITEMS}/1/fields", json={"Count": 2})
    await graph.delete(f"{ITEMS}/2")
    await add(graph, "d")
    changes, _ = await follow(graph, link)
    assert [item["id"] for item in changes] == ["1", "2", "4"]
    assert changes[0]["fields"]["Count"] == 2
    assert changes[1] == {"id": "2", "deleted": {"state": "deleted"}}


async def test_a_first_round_is_not_told_of_the_deleted(graph: httpx.AsyncClient) -> None:
    """Whoever starts now needs no tombstones."""
    await add(graph, "a")
    await graph.delete(f"{ITEMS}/1")
    changes, _ = await follow(graph, DELTA)
    assert changes == []


async def test_latest_starts_now(graph: httpx.AsyncClient) -> None:
    """``token=latest`` skips what is there and follows from here."""
    await add(graph, "a")
    before, link = await follow(graph, f"{DELTA}?token=latest")
    await add(graph, "b")
    after, _ = await follow(graph, link)
    assert before == []
    assert [item["id"] for item in after] == ["2"]


async def test_an_expired_token_leads_to_a_new_beginning(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A token that is too old is a 410 whose Location starts over with the same options."""
    await add(graph, "a")
    _, link = await follow(graph, f"{DELTA}?$expand=fields($select=Title)")
    tracking = tenant.sites.find_list(SITE_ID, LIST_ID)
    assert tracking is not None
    tracking.expire_delta_tokens()
    response = await graph.get(link)
    changes, _ = await follow(graph, response.headers["Location"])
    assert (response.status_code, code_of(response)) == (410, "resyncRequired")
    assert [item["fields"]["Title"] for item in changes] == ["a"]
