"""What Graph shows of sites, lists, columns and items."""

import re
from datetime import UTC
from typing import Any

from simulated_tenant.clock import graph_time, parse_time
from simulated_tenant.sharepoint.columns import SITE_ZONE, Column
from simulated_tenant.sharepoint.lists import Item, SharePointList
from simulated_tenant.sharepoint.sites import Site

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.0+)?Z")


def site_properties(site: Site) -> dict[str, Any]:
    """Return a site."""
    return {
        "id": site.id,
        "createdDateTime": graph_time(site.created_at),
        "lastModifiedDateTime": graph_time(site.created_at),
        "name": site.path.rpartition("/")[2],
        "displayName": site.display_name,
        "description": "",
        "webUrl": site.web_url,
        "root": {},
        "siteCollection": {"hostname": site.hostname},
    }


def list_properties(site: Site, found: SharePointList) -> dict[str, Any]:
    """Return a list without its columns and items."""
    definition = found.definition
    return {
        "id": definition.id,
        "createdDateTime": graph_time(definition.created_at),
        "lastModifiedDateTime": graph_time(definition.created_at),
        "name": definition.name,
        "displayName": definition.display_name,
        "description": definition.description,
        "eTag": f'"{definition.id},{definition.last_change}"',
        "webUrl": f"{site.web_url}/Lists/{definition.name}",
        "parentReference": {"siteId": site.id},
        "list": {
            "contentTypesEnabled": False,
            "hidden": False,
            "template": definition.template,
        },
    }


def column_properties(column: Column) -> dict[str, Any]:
    """Return a column's definition."""
    return {
        "id": column.id,
        "name": column.name,
        "displayName": column.display_name,
        "description": column.description,
        "columnGroup": "Custom Columns",
        "enforceUniqueValues": column.enforce_unique_values,
        "hidden": column.hidden,
        "indexed": column.indexed,
        "readOnly": column.read_only,
        "required": column.required,
        column.kind: column.facet,
    }


def item_properties(site: Site, found: SharePointList, item: Item) -> dict[str, Any]:
    """Return an item without its fields."""
    return {
        "@odata.etag": item.etag,
        "id": str(item.id),
        "createdDateTime": graph_time(item.created_at),
        "lastModifiedDateTime": graph_time(item.modified_at),
        "eTag": item.etag,
        "webUrl": f"{site.web_url}/Lists/{found.definition.name}/{item.id}_.000",
        "createdBy": _application(item.created_by),
        "lastModifiedBy": _application(item.modified_by),
        "parentReference": {"id": found.definition.id, "siteId": site.id},
        "contentType": {"id": f"0x0100{found.definition.id.replace('-', '')}", "name": "Item"},
    }


def field_values(
    item: Item, wanted: tuple[str, ...] | None, *, other_forms: bool = False
) -> dict[str, Any]:
    """Return an item's fields; empty columns are absent, as SharePoint leaves them out."""
    built_in = {
        "id": str(item.id),
        "ContentType": "Item",
        "Created": graph_time(item.created_at),
        "Modified": graph_time(item.modified_at),
        "Attachments": False,
        "LinkTitle": item.fields.get("Title"),
    }
    every = built_in | item.fields
    if wanted is not None:
        lowered = {name.lower() for name in wanted}
        every = {name: value for name, value in every.items() if name.lower() in lowered}
    if other_forms:
        every = {name: _in_another_form(value) for name, value in every.items()}
    shown = {name: value for name, value in every.items() if value is not None}
    return {"@odata.etag": item.etag, **shown}


def with_local_dates(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields with the times of the site's own clocks, which end with a Z all the same."""
    return {
        name: graph_time(parse_time(value).astimezone(SITE_ZONE).replace(tzinfo=UTC))
        if isinstance(value, str) and _INSTANT.fullmatch(value)
        else value
        for name, value in fields.items()
    }


def _in_another_form(value: Any) -> Any:
    if value is False:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    is_instant = isinstance(value, str) and _INSTANT.fullmatch(value)
    return value.replace("Z", ".0000000Z") if is_instant else value


def _application(client_id: str) -> dict[str, Any]:
    return {"application": {"id": client_id, "displayName": "App"}}
