"""Graph's sites, lists and columns."""

from http import HTTPStatus
from typing import Any

from simulated_tenant.errors import GraphError, bad_request, item_not_found
from simulated_tenant.graph.lists.shapes import (
    column_properties,
    list_properties,
    site_properties,
)
from simulated_tenant.graph.messages import GraphRequest, GraphResponse, created, ok
from simulated_tenant.graph.query import odata
from simulated_tenant.graph.query.evaluation import matches
from simulated_tenant.graph.query.filters import comparisons, parse_filter
from simulated_tenant.sharepoint.columns import KINDS, Column, check_definition, new_column
from simulated_tenant.sharepoint.lists import SharePointList
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.tenant import SimulatedTenant

# Graph's names of the settings of a column that can be written, and ours.
_SETTINGS = {
    "displayName": "display_name",
    "description": "description",
    "indexed": "indexed",
    "enforceUniqueValues": "enforce_unique_values",
    "required": "required",
    "hidden": "hidden",
}


def get_site(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /sites/{id}`` and ``GET /sites/{hostname}:/{path}``."""
    site = found_site(tenant, request)
    body = _selected(request, site_properties(site), "site")
    return ok({"@odata.context": f"{request.base_url}/v1.0/$metadata#sites/$entity", **body})


def list_lists(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /sites/{id}/lists``; the filter knows displayName only."""
    site = found_site(tenant, request)
    shown = [list_properties(site, found) for found in tenant.sites.lists(site.id)]
    text = request.option("$filter")
    if text is not None:
        condition = parse_filter(text)
        if any(clause.path != "displayName" for clause in comparisons(condition)):
            raise bad_request("The provided filter statement is not supported", "invalidRequest")
        shown = [properties for properties in shown if matches(condition, properties.get)]
    value = [_selected(request, properties, "list") for properties in shown]
    return ok(odata.collection(_context(request, site, "lists"), value, None))


def create_list(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``POST /sites/{id}/lists``: 201; Title is there whatever the request says."""
    site = found_site(tenant, request)
    body = request.json_object()
    name = body.get("displayName")
    if not isinstance(name, str) or not name.strip():
        raise bad_request("A list needs a displayName.", "invalidRequest")
    columns = [_column(definition) for definition in body.get("columns") or []]
    made = tenant.sites.create_list(site, name, columns, now=tenant.clock())
    made.definition.description = body.get("description") or ""
    made.save()
    context = _context(request, site, "lists/$entity")
    return created({"@odata.context": context, **list_properties(site, made)})


def get_list(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /sites/{id}/lists/{id|name}``."""
    site, found = found_list(tenant, request)
    body = _selected(request, list_properties(site, found), "list")
    if "columns" in odata.expansions(request):
        body["columns"] = [column_properties(column) for column in found.definition.columns]
    return ok({"@odata.context": _context(request, site, "lists/$entity"), **body})


def list_columns(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET …/lists/{id}/columns``, the built-in ones included."""
    site, found = found_list(tenant, request)
    value = [
        _selected(request, column_properties(column), "columnDefinition")
        for column in found.definition.columns
    ]
    return ok(odata.collection(_context(request, site, "lists/columns"), value, None))


def create_column(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``POST …/lists/{id}/columns``: 201."""
    site, found = found_list(tenant, request)
    column = tenant.sites.add_column(found, _column(request.json_object()))
    context = _context(request, site, "lists/columns/$entity")
    return created({"@odata.context": context, **column_properties(column)})


def update_column(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``PATCH …/lists/{id}/columns/{id|name}``: 200; a refused change changes nothing."""
    site, found = found_list(tenant, request)
    key = request.params[2].lower()
    column = next(
        (one for one in found.definition.columns if key in {one.id, one.name.lower()}), None
    )
    if column is None:
        raise item_not_found()
    body = request.json_object()
    before = {name: getattr(column, name) for name in [*_SETTINGS.values(), "facet"]}
    try:
        for name, value in body.items():
            _change(column, name, value)
        check_definition(column)
        if column.enforce_unique_values:
            _check_no_duplicates(found, column)
        if column.indexed and not before["indexed"] and len(found):
            column.indexed_at = tenant.clock()
        tenant.sites.column_changed(found)
    except GraphError:
        for name, value in before.items():
            setattr(column, name, value)
        raise
    context = _context(request, site, "lists/columns/$entity")
    return ok({"@odata.context": context, **column_properties(column)})


def found_site(tenant: SimulatedTenant, request: GraphRequest) -> Site:
    """Return the site that the path names, or raise 404."""
    site = tenant.sites.find(request.params[0])
    if site is None:
        raise item_not_found("Requested site could not be found")
    if tenant.traits.sitelocked:
        message = "Access to this site has been blocked. Please contact the administrator."
        raise GraphError(HTTPStatus.LOCKED, "notAllowed", message)
    if tenant.traits.sitereadonly and request.method != "GET":
        message = "Access denied. You do not have permission to perform this action."
        raise GraphError(HTTPStatus.FORBIDDEN, "accessDenied", message)
    return site


def found_list(tenant: SimulatedTenant, request: GraphRequest) -> tuple[Site, SharePointList]:
    """Return site and list that the path names, or raise 404."""
    site = found_site(tenant, request)
    found = tenant.sites.find_list(site.id, request.params[1])
    if found is None:
        raise item_not_found("The specified list was not found")
    return site, found


def _column(body: Any) -> Column:
    if not isinstance(body, dict) or not isinstance(body.get("name"), str):
        raise bad_request("A column needs a name.", "invalidRequest")
    kinds = [kind for kind in KINDS if isinstance(body.get(kind), dict)]
    if len(kinds) != 1:
        raise bad_request("A column needs exactly one type facet.", "invalidRequest")
    settings = {ours: body[name] for name, ours in _SETTINGS.items() if name in body}
    return new_column(body["name"], kinds[0], facet=dict(body[kinds[0]]), **settings)


def _change(column: Column, name: str, value: Any) -> None:
    if name in _SETTINGS:
        setattr(column, _SETTINGS[name], value)
    elif name == column.kind and isinstance(value, dict):
        column.facet = column.facet | value
    elif not name.startswith("@odata."):
        raise bad_request(f"The column's '{name}' can't be changed.", "invalidRequest")


def _check_no_duplicates(found: SharePointList, column: Column) -> None:
    values = [item.fields[column.name] for item in found.items() if column.name in item.fields]
    folded = [value.casefold() if isinstance(value, str) else value for value in values]
    if len(set(folded)) < len(folded):
        raise bad_request("The column holds duplicate values.", "invalidRequest")


def _selected(request: GraphRequest, properties: dict[str, Any], type_name: str) -> dict[str, Any]:
    wanted = odata.selection(request)
    return properties if wanted is None else odata.pick(properties, wanted, type_name)


def _context(request: GraphRequest, site: Site, rest: str) -> str:
    return f"{request.base_url}/v1.0/$metadata#sites('{site.id}')/{rest}"
