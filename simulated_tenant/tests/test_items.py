"""Tests of Graph's list items: types, uniqueness, versions, filters, large lists."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from small_tenant import ITEMS, LIST_ID, SITE_ID, Clock, code_of

HONOR = {"Prefer": "HonorNonIndexedQueriesWarningMayFailRandomly"}


async def add(graph: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """Add an item and return it."""
    response = await graph.post(ITEMS, json={"fields": fields})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


async def titles(graph: httpx.AsyncClient, condition: str, **headers: str) -> list[str]:
    """Return the titles of the items that match a filter."""
    query = {"$filter": condition, "$expand": "fields($select=Title)"}
    response = await graph.get(ITEMS, params=query, headers=headers)
    assert response.status_code == 200, response.text
    return [item["fields"]["Title"] for item in response.json()["value"]]


async def test_an_item_is_created_with_an_id_and_an_etag(graph: httpx.AsyncClient) -> None:
    """The id is an integer as a string, the eTag a quoted GUID with a version."""
    created = await add(graph, Title="a", Status="Pending", Count=2, Done=False)
    assert created["id"] == "1"
    assert created["eTag"].startswith('"')
    assert created["eTag"].endswith(',1"')
    assert created["fields"]["Count"] == 2
    assert created["fields"]["Done"] is False


async def test_fields_come_only_when_expanded(graph: httpx.AsyncClient) -> None:
    """Without ``$expand=fields`` an item has none; with a selection it has just those."""
    await add(graph, Title="a", Status="Sent")
    plain = (await graph.get(f"{ITEMS}/1")).json()
    full = (await graph.get(f"{ITEMS}/1?$expand=fields")).json()
    selected = (await graph.get(f"{ITEMS}?$expand=fields($select=Status)")).json()["value"][0]
    assert "fields" not in plain
    assert full["fields"]["Title"] == "a"
    assert set(selected["fields"]) == {"@odata.etag", "Status"}


@pytest.mark.parametrize(
    "fields",
    [
        {"Titel": "a"},
        {"Title": "x" * 256},
        {"Title": 5},
        {"Status": "Gone"},
        {"Status": 1},
        {"Count": "2"},
        {"Count": True},
        {"Done": "yes"},
        {"At": "tomorrow"},
        {"At": 5},
        {"Created": "2026-01-01T00:00:00Z"},
    ],
)
async def test_wrong_values_are_refused(
    graph: httpx.AsyncClient, tenant: SimulatedTenant, fields: dict[str, Any]
) -> None:
    """Unknown columns, wrong types, unlisted choices and long texts are 400 invalidRequest."""
    await add(graph, Title="kept")
    created = await graph.post(ITEMS, json={"fields": {"Title": "new"} | fields})
    changed = await graph.patch(f"{ITEMS}/1/fields", json=fields)
    assert (created.status_code, code_of(created)) == (400, "invalidRequest")
    assert (changed.status_code, code_of(changed)) == (400, "invalidRequest")
    assert [item["Title"] for item in tenant.list_items()] == ["kept"]


async def test_values_are_kept_as_sharepoint_keeps_them(graph: httpx.AsyncClient) -> None:
    """Instants lose fractions and offset, null and an empty choice clear a column."""
    await add(graph, Title="a", At="2026-03-01T10:00:00.75+02:00", Status="Sent", Count=1)
    fields = (await graph.get(f"{ITEMS}/1?$expand=fields")).json()["fields"]
    await graph.patch(f"{ITEMS}/1/fields", json={"Count": None, "Status": ""})
    cleared = (await graph.get(f"{ITEMS}/1?$expand=fields")).json()["fields"]
    assert fields["At"] == "2026-03-01T08:00:00Z"
    assert {"Count", "Status"}.isdisjoint(cleared)


async def test_a_duplicate_of_a_unique_value_is_a_conflict(graph: httpx.AsyncClient) -> None:
    """Uniqueness ignores case, holds for updates too, and ends with the deletion."""
    await add(graph, Title="ann@contoso.example")
    await add(graph, Title="bo@contoso.example")
    created = await graph.post(ITEMS, json={"fields": {"Title": "ANN@contoso.example"}})
    renamed = await graph.patch(f"{ITEMS}/2/fields", json={"Title": "ann@contoso.example"})
    itself = await graph.patch(f"{ITEMS}/1/fields", json={"Title": "Ann@contoso.example"})
    await graph.delete(f"{ITEMS}/1")
    again = await graph.post(ITEMS, json={"fields": {"Title": "ann@contoso.example"}})
    assert (created.status_code, code_of(created)) == (409, "nameAlreadyExists")
    assert "duplicate values were found" in created.json()["error"]["message"]
    assert renamed.status_code == 409
    assert (itself.status_code, again.status_code) == (200, 201)


async def test_if_match_guards_the_version(
    graph: httpx.AsyncClient, tenant: SimulatedTenant
) -> None:
    """An old eTag is a 412 that changes nothing; the present one and ``*`` pass."""
    old = (await add(graph, Title="a"))["eTag"]
    first = await graph.patch(f"{ITEMS}/1/fields", json={"Count": 1}, headers={"if-match": old})
    stale = await graph.patch(f"{ITEMS}/1/fields", json={"Count": 2}, headers={"if-match": old})
    gone = await graph.delete(f"{ITEMS}/1", headers={"if-match": old})
    assert first.json()["@odata.etag"] != old
    assert (stale.status_code, code_of(stale)) == (412, "entityTagDoesNotMatch")
    assert gone.status_code == 412
    assert tenant.list_items()[0]["Count"] == 1
    current = {"if-match": first.json()["@odata.etag"]}
    anything = await graph.patch(f"{ITEMS}/1/fields", json={"Count": 3}, headers=current)
    deleted = await graph.delete(f"{ITEMS}/1", headers={"if-match": "*"})
    assert (anything.status_code, deleted.status_code) == (200, 204)


async def test_a_deleted_item_is_gone_and_its_id_is_not_used_again(
    graph: httpx.AsyncClient,
) -> None:
    """Ids only grow."""
    await add(graph, Title="a")
    await graph.delete(f"{ITEMS}/1")
    missing = await graph.get(f"{ITEMS}/1")
    assert (missing.status_code, code_of(missing)) == (404, "itemNotFound")
    assert (await add(graph, Title="b"))["id"] == "2"


async def test_indexed_columns_are_filtered(graph: httpx.AsyncClient) -> None:
    """Equality, ``and``, ``or``, ``startswith``, null and ids select what they say."""
    await add(graph, Title="a", Status="Pending", Token="T1")
    await add(graph, Title="b", Status="Sent", Token="T2")
    await add(graph, Title="c", Status="Sent")
    assert await titles(graph, "fields/Token eq 't1'") == ["a"]
    assert await titles(graph, "fields/Status eq 'Sent'") == ["b", "c"]
    assert await titles(graph, "fields/Status eq 'Sent' and fields/Token eq 'T2'") == ["b"]
    assert await titles(graph, "fields/Token eq 'T1' or fields/Token eq 'T2'") == ["a", "b"]
    assert await titles(graph, "startswith(fields/Title, 'b')") == ["b"]
    assert await titles(graph, "fields/Token eq null") == ["c"]
    assert await titles(graph, "fields/id gt 1 and fields/id le 2") == ["b"]


async def test_the_index_follows_every_change(graph: httpx.AsyncClient) -> None:
    """A row is found under its new value and no more under its old one."""
    await add(graph, Title="a", Token="old")
    await graph.patch(f"{ITEMS}/1/fields", json={"Token": "new"})
    assert await titles(graph, "fields/Token eq 'old'") == []
    assert await titles(graph, "fields/Token eq 'new'") == ["a"]
    await graph.delete(f"{ITEMS}/1")
    assert await titles(graph, "fields/Token eq 'new'") == []


async def test_columns_without_an_index_are_not_filtered(graph: httpx.AsyncClient) -> None:
    """The refusal names the Prefer header that would allow it."""
    await add(graph, Title="a", Plain="x")
    query = {"$filter": "fields/Plain eq 'x'"}
    refused = await graph.get(ITEMS, params=query)
    assert refused.status_code == 400
    assert "it is not indexed" in refused.json()["error"]["message"]
    assert await titles(graph, "fields/Plain eq 'x'", **HONOR) == ["a"]


@pytest.mark.parametrize("condition", ["fields/Nope eq 'x'", "Title eq 'x'"])
async def test_unknown_columns_are_not_filtered(graph: httpx.AsyncClient, condition: str) -> None:
    """A misspelt column, or one without its prefix, is a 400."""
    response = await graph.get(ITEMS, params={"$filter": condition})
    assert (response.status_code, code_of(response)) == (400, "invalidRequest")


async def test_items_are_paged_in_the_order_of_their_ids(graph: httpx.AsyncClient) -> None:
    """A nextLink keeps filter and expansion, in both directions."""
    for number in range(5):
        await add(graph, Title=f"t{number}", Status="Sent")
    for order, expected in (("id", "t0 t1 t2 t3 t4"), ("id desc", "t4 t3 t2 t1 t0")):
        query = {
            "$filter": "fields/Status eq 'Sent'",
            "$expand": "fields($select=Title)",
            "$top": "2",
            "$orderby": order,
        }
        response = await graph.get(ITEMS, params=query)
        found = []
        while True:
            body = response.json()
            found += [item["fields"]["Title"] for item in body["value"]]
            if "@odata.nextLink" not in body:
                break
            response = await graph.get(body["@odata.nextLink"])
        assert " ".join(found) == expected


async def test_a_large_list_refuses_unselective_filters(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """At the threshold a filter that selects too much is a 429, whatever ``$top`` says."""
    tenant.list_view_threshold = 10
    for number in range(12):
        status = "Sent" if number else "Pending"
        await add(graph, Title=f"t{number}", Status=status, Token=str(number))
    wide = await graph.get(ITEMS, params={"$filter": "fields/Status eq 'Sent'", "$top": "1"})
    reverse = await graph.get(ITEMS, params={"$orderby": "id desc"})
    assert (wide.status_code, reverse.status_code) == (429, 429)
    assert await titles(graph, "fields/Status eq 'Pending'") == ["t0"]
    assert await titles(graph, "fields/Token eq '3' and fields/Status eq 'Sent'") == ["t3"]
    assert len((await graph.get(ITEMS)).json()["value"]) == 12


async def test_who_changed_an_item_is_shown(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """Creation and change carry time and app."""
    await add(graph, Title="a")
    clock.advance(timedelta(minutes=5))
    await graph.patch(f"{ITEMS}/1/fields", json={"Count": 1})
    item = (await graph.get(f"{ITEMS}/1")).json()
    assert item["createdDateTime"] == "2026-03-02T09:00:00Z"
    assert item["lastModifiedDateTime"] == "2026-03-02T09:05:00Z"
    assert item["lastModifiedBy"]["application"]["id"] == tenant.apps.all()[0].client_id
    assert item["parentReference"] == {"id": LIST_ID, "siteId": SITE_ID}


async def test_a_body_that_is_no_json_is_refused(graph: httpx.AsyncClient) -> None:
    """Broken JSON, and JSON without fields, are 400."""
    broken = await graph.post(ITEMS, content=b"{", headers={"Content-Type": "application/json"})
    empty = await graph.post(ITEMS, json={"Title": "a"})
    assert (broken.status_code, empty.status_code) == (400, 400)


async def test_a_column_keeps_what_its_settings_let_it(
    graph: httpx.AsyncClient, tenant: SimulatedTenant
) -> None:
    """A date without a time of day is the site's midnight; rich text stands in an element."""
    tracking = tenant.sites.find_list(SITE_ID, LIST_ID)
    assert tracking is not None
    date, text = tracking.column("At"), tracking.column("Plain")
    assert date
    assert text
    date.facet["format"] = "dateOnly"
    text.facet |= {"allowMultipleLines": True, "textType": "richText"}

    created = await add(graph, Title="a", At="2026-03-02T07:59:59Z", Plain="R&D")

    assert created["fields"]["At"] == "2026-03-01T08:00:00Z"
    assert created["fields"]["Plain"].startswith('<div class="ExternalClass')
    assert created["fields"]["Plain"].endswith(">R&amp;D</div>")
