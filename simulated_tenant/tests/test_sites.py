"""Tests of Graph's sites, lists and columns."""

from typing import Any

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from small_tenant import LIST_ID, SITE_ID, code_of

LISTS = f"/sites/{SITE_ID}/lists"
COLUMNS = f"{LISTS}/{LIST_ID}/columns"
DEFINITION: dict[str, Any] = {
    "displayName": "Rollout",
    "list": {"template": "genericList"},
    "columns": [
        {"name": "UPN", "text": {}, "indexed": True, "enforceUniqueValues": True},
        {"name": "Status", "choice": {"choices": ["Pending"]}, "indexed": True},
        {"name": "InGroup", "boolean": {}},
        {"name": "Sent", "dateTime": {"format": "dateTime"}},
        {"name": "Count", "number": {"decimalPlaces": "none"}},
    ],
}


@pytest.mark.parametrize(
    "key", [SITE_ID, SITE_ID.split(",")[1], "contoso.sharepoint.example:/sites/mfa"]
)
async def test_a_site_is_found_by_id_and_by_place(graph: httpx.AsyncClient, key: str) -> None:
    """The three-part id, its first GUID and hostname with path name the same site."""
    assert (await graph.get(f"/sites/{key}")).json()["id"] == SITE_ID


async def test_a_list_is_reached_through_the_sites_place(graph: httpx.AsyncClient) -> None:
    """A colon ends the path of the site and begins the rest."""
    url = f"/sites/contoso.sharepoint.example:/sites/mfa:/lists/{LIST_ID}"
    assert (await graph.get(url)).json()["displayName"] == "MFA"


async def test_an_unknown_site_or_list_is_a_404(graph: httpx.AsyncClient) -> None:
    """SharePoint's code is itemNotFound."""
    for url in ("/sites/contoso.sharepoint.example:/sites/none", f"{LISTS}/none"):
        response = await graph.get(url)
        assert (response.status_code, code_of(response)) == (404, "itemNotFound")


async def test_a_list_is_created_with_its_columns(graph: httpx.AsyncClient) -> None:
    """A new list has Title, what was asked for, and columns that nobody writes."""
    created = await graph.post(LISTS, json=DEFINITION)
    columns = (await graph.get(f"{LISTS}/Rollout/columns")).json()["value"]
    by_name = {column["name"]: column for column in columns}
    assert created.status_code == 201
    assert by_name["Title"]["indexed"] is False
    assert by_name["UPN"]["enforceUniqueValues"] is True
    assert by_name["Status"]["choice"]["choices"] == ["Pending"]
    assert by_name["Created"]["readOnly"] is True


async def test_a_second_list_of_the_same_name_is_refused(graph: httpx.AsyncClient) -> None:
    """Names are unique on a site."""
    response = await graph.post(LISTS, json={"displayName": "mfa"})
    assert (response.status_code, code_of(response)) == (409, "nameAlreadyExists")


async def test_a_refused_list_leaves_nothing_behind(graph: httpx.AsyncClient) -> None:
    """A list with a bad column isn't made at all."""
    columns = [{"name": "A", "text": {}}, {"name": "B", "text": {}, "enforceUniqueValues": True}]
    response = await graph.post(LISTS, json={"displayName": "Half", "columns": columns})
    assert response.status_code == 400
    assert (await graph.get(f"{LISTS}/Half")).status_code == 404


async def test_lists_are_filtered_by_display_name_only(graph: httpx.AsyncClient) -> None:
    """Every other filter is refused as unsupported."""
    found = await graph.get(LISTS, params={"$filter": "displayName eq 'MFA'"})
    refused = await graph.get(LISTS, params={"$filter": "name eq 'MFA'"})
    assert [one["id"] for one in found.json()["value"]] == [LIST_ID]
    assert (refused.status_code, code_of(refused)) == (400, "invalidRequest")


@pytest.mark.parametrize(
    ("column", "status", "code"),
    [
        ({"name": "Extra", "text": {}}, 201, None),
        ({"name": "Plain", "text": {}}, 409, "nameAlreadyExists"),
        ({"name": "Extra"}, 400, "invalidRequest"),
        ({"name": "Extra", "text": {}, "number": {}}, 400, "invalidRequest"),
        ({"name": "Extra", "text": {}, "enforceUniqueValues": True}, 400, "invalidRequest"),
        (
            {"name": "Extra", "text": {"allowMultipleLines": True}, "indexed": True},
            400,
            "invalidRequest",
        ),
    ],
)
async def test_columns_are_checked(
    graph: httpx.AsyncClient, column: dict[str, Any], status: int, code: str | None
) -> None:
    """A column needs a free name, one type, and an index where it is unique."""
    response = await graph.post(COLUMNS, json=column)
    assert response.status_code == status
    assert code is None or code_of(response) == code


async def test_a_column_is_indexed_later(graph: httpx.AsyncClient) -> None:
    """PATCH indexes a column, after which filters on it work."""
    items = f"{LISTS}/{LIST_ID}/items"
    await graph.post(items, json={"fields": {"Title": "a", "Plain": "x"}})
    query = {"$filter": "fields/Plain eq 'x'"}
    before = await graph.get(items, params=query)
    changed = await graph.patch(f"{COLUMNS}/Plain", json={"indexed": True})
    after = await graph.get(items, params=query)
    assert (before.status_code, changed.status_code) == (400, 200)
    assert len(after.json()["value"]) == 1


async def test_a_column_with_duplicates_cannot_become_unique(graph: httpx.AsyncClient) -> None:
    """A refused change changes nothing."""
    for title in ("a", "b"):
        fields = {"Title": title, "Token": "same"}
        await graph.post(f"{LISTS}/{LIST_ID}/items", json={"fields": fields})
    response = await graph.patch(f"{COLUMNS}/Token", json={"enforceUniqueValues": True})
    columns = (await graph.get(COLUMNS)).json()["value"]
    token = next(column for column in columns if column["name"] == "Token")
    assert response.status_code == 400
    assert token["enforceUniqueValues"] is False


async def test_a_list_has_at_most_twenty_indexes(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The twenty-first index is refused."""
    statuses = [
        (await graph.post(COLUMNS, json={"name": f"C{n}", "number": {}, "indexed": True}))
        for n in range(18)
    ]
    assert [one.status_code for one in statuses[:17]] == [201] * 17
    assert statuses[17].status_code == 400
    tracking = tenant.sites.find_list(SITE_ID, LIST_ID)
    assert tracking is not None
    assert tracking.column("C17") is None
