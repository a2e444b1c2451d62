"""Tests of what SharePoint shows late, or not at all."""

from datetime import timedelta

import httpx

from simulated_tenant import SimulatedTenant
from small_tenant import ITEMS, LIST_ID, SITE_ID, Clock, code_of

COLUMNS = f"/sites/{SITE_ID}/lists/{LIST_ID}/columns"
SENT = "$expand=fields&$filter=fields/Status eq 'Sent'"


async def row(graph: httpx.AsyncClient, title: str, status: str) -> str:
    """Add a row and return its id."""
    fields = {"Title": title, "Status": status}
    return str((await graph.post(ITEMS, json={"fields": fields})).json()["id"])


async def ids(graph: httpx.AsyncClient, query: str = "$expand=fields") -> list[str]:
    """Return the ids of the rows that a query finds."""
    response = await graph.get(f"{ITEMS}?{query}")
    assert response.status_code == 200, response.text
    return [one["id"] for one in response.json()["value"]]


async def test_indexlag(tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock) -> None:
    """A new row is found by its id and on the list at once, by a filter a minute later."""
    tenant.traits.switch("indexlag", "60")
    new = await row(graph, "a", "Sent")
    assert await ids(graph) == [new]
    assert (await graph.get(f"{ITEMS}/{new}")).status_code == 200
    assert await ids(graph, SENT) == []
    clock.advance(timedelta(minutes=1))
    assert await ids(graph, SENT) == [new]


async def test_a_duplicate_is_seen_before_the_row(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The unique column knows of a row that a filter doesn't find yet."""
    tenant.traits.switch("indexlag", "60")
    await row(graph, "a", "Sent")
    again = await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    assert await ids(graph, "$filter=fields/Title eq 'a'") == []
    assert (again.status_code, code_of(again)) == (409, "nameAlreadyExists")


async def test_otherforms(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """Numbers have fractions, instants, too, and a no is left out; what is kept is the same."""
    made = await row(graph, "a", "Sent")
    fields = f"{ITEMS}/{made}/fields"
    values = {"Count": 2, "Done": False, "At": "2026-03-01T12:00:00Z"}
    plain = (await graph.patch(fields, json=values)).json()
    tenant.traits.switch("otherforms")
    other = (await graph.get(f"{ITEMS}/{made}?$expand=fields")).json()["fields"]
    assert {name: plain[name] for name in values} == values
    assert (repr(other["Count"]), other["At"]) == ("2.0", "2026-03-01T12:00:00.0000000Z")
    assert "Done" not in other


async def test_localdates(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """What answers a write says another time than each read of the row, which is right."""
    at = "2026-03-01T12:00:00Z"
    tenant.traits.switch("localdates")
    made = await graph.post(ITEMS, json={"fields": {"Title": "a", "At": at, "Plain": at}})
    item = f"{ITEMS}/{made.json()['id']}"
    changed = await graph.patch(f"{item}/fields", json={"At": at})
    read = (await graph.get(f"{item}?$expand=fields")).json()["fields"]
    assert made.json()["fields"]["At"] == changed.json()["At"] == "2026-03-01T04:00:00Z"
    assert read["At"] == at


async def test_translated(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """A duplicate has no code of its own, and its words are in another language."""
    tenant.traits.switch("translated")
    await row(graph, "a", "Sent")
    other = await row(graph, "b", "Sent")
    for again in (
        await graph.post(ITEMS, json={"fields": {"Title": "a"}}),
        await graph.patch(f"{ITEMS}/{other}/fields", json={"Title": "a"}),
    ):
        assert (again.status_code, code_of(again)) == (400, "invalidRequest")
        assert "doppelte Werte" in again.json()["error"]["message"]
    missing = await graph.post(ITEMS, json={"fields": {"Nothing": "a"}})
    assert "not recognized" in missing.json()["error"]["message"]


async def test_sitelocked(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """An admin has locked the site: nothing on it is read or written, whatever is granted."""
    tenant.traits.switch("sitelocked")
    for answer in (
        await graph.get(f"/sites/{SITE_ID}"),
        await graph.get(ITEMS),
        await graph.post(ITEMS, json={"fields": {"Title": "a"}}),
    ):
        assert (answer.status_code, code_of(answer)) == (423, "notAllowed")


async def test_sitereadonly(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """An admin has made the site read-only: what is there can be read, and nothing is written."""
    item = await row(graph, "a", "Sent")
    tenant.traits.switch("sitereadonly")
    for answer in (
        await graph.post(ITEMS, json={"fields": {"Title": "b"}}),
        await graph.patch(f"{ITEMS}/{item}/fields", json={"Title": "b"}),
        await graph.delete(f"{ITEMS}/{item}"),
    ):
        assert (answer.status_code, code_of(answer)) == (403, "accessDenied")
    assert await ids(graph) == [item]


async def test_an_index_is_built_late(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """A column of a list with rows that is to be indexed can be filtered a minute later."""
    tenant.traits.switch("indexlag", "60")
    await row(graph, "a", "Sent")
    assert (await graph.patch(f"{COLUMNS}/Plain", json={"indexed": True})).status_code == 200
    url = f"{ITEMS}?$filter=fields/Plain eq 'x'"
    early = await graph.get(url)
    clock.advance(timedelta(minutes=1))
    late = await graph.get(url)
    assert (early.status_code, code_of(early)) == (400, "invalidRequest")
    assert "not indexed" in early.json()["error"]["message"]
    assert late.status_code == 200


async def test_viewfilter(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """The default view's filter hides rows from every read of the list, but not from an index."""
    tenant.traits.switch("viewfilter", "Status=Pending")
    sent, pending = await row(graph, "a", "Sent"), await row(graph, "b", "Pending")
    assert await ids(graph) == [pending]
    assert await ids(graph, SENT) == [sent]
    assert await ids(graph, "$filter=id ge 1") == [sent, pending]
    delta = (await graph.get(f"{ITEMS}/delta")).json()["value"]
    assert [one["id"] for one in delta] == [sent, pending]


async def test_a_view_on_an_unknown_column_shows_all(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The trait's own column may not be on the list."""
    tenant.traits.switch("viewfilter")
    await row(graph, "a", "Sent")
    assert len(await ids(graph)) == 1
