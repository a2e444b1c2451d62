"""Graph's list items: reading with the rules of large lists, writing with versions."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from simulated_tenant.errors import GraphError, bad_request, item_not_found
from simulated_tenant.faults import Late
from simulated_tenant.graph.lists.shapes import field_values, item_properties, with_local_dates
from simulated_tenant.graph.lists.sites import found_list
from simulated_tenant.graph.messages import (
    GraphRequest,
    GraphResponse,
    created,
    no_content,
    ok,
)
from simulated_tenant.graph.query import odata
from simulated_tenant.graph.query.evaluation import matches
from simulated_tenant.graph.query.filters import (
    Comparison,
    Condition,
    comparisons,
    conjuncts,
    parse_filter,
)
from simulated_tenant.sharepoint.lists import Item, SharePointList
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.tenant import SimulatedTenant

_DEFAULT_PAGE, _MAX_PAGE = 200, 5000
_PREFIX = "fields/"
_ALWAYS_INDEXED = frozenset({"id", "ID"})
_HONOR_NON_INDEXED = "HonorNonIndexedQueriesWarningMayFailRandomly"


def list_items(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET …/lists/{id}/items`` with ``$filter=fields/X eq '…'``."""
    site, found = found_list(tenant, request)
    size = odata.page_size(request, default=_DEFAULT_PAGE, maximum=_MAX_PAGE, cap=tenant.page_cap)
    descending = _check_order(tenant, request, found)
    items = _filtered(tenant, request, found)
    if descending:
        position: Callable[[Item], int] = lambda item: -item.id  # noqa: E731
        items = sorted(items, key=position)
    else:
        position = lambda item: item.id  # noqa: E731
    now = tenant.clock()
    visible = (item for item in items if item.visible_at <= now)
    chosen, next_link = odata.page(request, visible, size, position)
    value = [shown_item(tenant, request, site, found, item) for item in chosen]
    context = f"{request.base_url}/v1.0/$metadata#sites('{site.id}')/lists/items"
    return ok(odata.collection(context, value, next_link))


def get_item(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET …/items/{id}``; fields only with ``$expand=fields``."""
    site, found = found_list(tenant, request)
    item = _found_item(found, request)
    if item.visible_at > tenant.clock():
        raise item_not_found()
    return _entity(request, site, shown_item(tenant, request, site, found, item))


def create_item(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``POST …/items``: 201 with the fields; a duplicate of a unique value is a 409."""
    site, found = found_list(tenant, request)
    fields = request.json_object().get("fields")
    if not isinstance(fields, dict):
        raise bad_request("The request holds no fields.", "invalidRequest")
    with _said_in_its_language(tenant):
        item = found.add(
            fields,
            by=request.caller.client_id,
            now=tenant.clock(),
            visible_at=tenant.faults.visible_at(Late.ITEM),
        )
    body = item_properties(site, found, item) | {"fields": _answered(tenant, item)}
    response = created({"@odata.context": _context(request, site), **body})
    response.headers["Location"] = f"{request.url}/{item.id}"
    return response


def update_fields(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``PATCH …/items/{id}/fields``: 200 with the fields; ``if-match`` guards the version."""
    site, found = found_list(tenant, request)
    item = _found_item(found, request)
    _check_version(request, item)
    with _said_in_its_language(tenant):
        found.update(item, request.json_object(), by=request.caller.client_id, now=tenant.clock())
    context = f"{request.base_url}/v1.0/$metadata#sites('{site.id}')/lists/items/fields/$entity"
    return ok({"@odata.context": context, **_answered(tenant, item)})


def _answered(tenant: SimulatedTenant, item: Item) -> dict[str, Any]:
    """Return the fields as a write is answered, whose times may be those of the site's clocks."""
    fields = field_values(item, None, other_forms=tenant.traits.otherforms)
    return with_local_dates(fields) if tenant.traits.localdates else fields


@contextmanager
def _said_in_its_language(tenant: SimulatedTenant) -> Iterator[None]:
    """Tell of a value that is there already as a site may that isn't in English."""
    try:
        yield
    except GraphError as error:
        if not (tenant.traits.translated and error.code == "nameAlreadyExists"):
            raise
        raise bad_request(
            "Das Listenelement konnte nicht hinzugefügt oder aktualisiert werden, da in mindestens"
            " einem der folgenden Felder doppelte Werte gefunden wurden.",
            "invalidRequest",
        ) from error


def delete_item(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``DELETE …/items/{id}``: 204; ``if-match`` guards the version."""
    _, found = found_list(tenant, request)
    item = _found_item(found, request)
    _check_version(request, item)
    found.delete(item)
    return no_content()


def shown_item(
    tenant: SimulatedTenant, request: GraphRequest, site: Site, found: SharePointList, item: Item
) -> dict[str, Any]:
    """Return an item as the request's ``$select`` and ``$expand`` want it."""
    properties = item_properties(site, found, item)
    wanted = odata.selection(request)
    body = properties if wanted is None else odata.pick(properties, wanted, "listItem")
    expansion = odata.expansions(request).get("fields")
    if expansion is not None:
        body["fields"] = field_values(item, expansion.select, other_forms=tenant.traits.otherforms)
    return body


def _filtered(
    tenant: SimulatedTenant, request: GraphRequest, found: SharePointList
) -> Iterable[Item]:
    text = request.option("$filter")
    if text is None:
        return _in_default_view(tenant, found)
    condition = parse_filter(text)
    names = [_column_name(found, clause.path) for clause in comparisons(condition)]
    unindexed = [name for name in names if not _is_indexed(tenant, found, name)]
    if unindexed and not request.prefers(_HONOR_NON_INDEXED):
        raise _not_indexed(unindexed[0])
    _check_threshold(tenant, found, condition)
    indexed_until = tenant.clock() - tenant.traits.indexlag
    return [
        item
        for item in _candidates(found, condition)
        if item.created_at <= indexed_until and _matches(condition, item)
    ]


def _in_default_view(tenant: SimulatedTenant, found: SharePointList) -> Iterable[Item]:
    """Return the rows that the default view shows, whose filter holds for every unfiltered read."""
    view = tenant.traits.viewfilter
    if view is None or found.column(view[0]) is None:
        return found.items()
    name, value = view
    return (item for item in found.items() if str(item.fields.get(name)) == value)


def _candidates(found: SharePointList, condition: Condition) -> Iterable[Item]:
    """Narrow the rows down by the index of the first equality, if there is one."""
    for clause in conjuncts(condition):
        if isinstance(clause, Comparison) and clause.operator == "eq":
            name = clause.path.removeprefix(_PREFIX)
            if name in _ALWAYS_INDEXED:
                item = found.find(str(clause.value))
                return [] if item is None else [item]
            indexed = found.holding(name, clause.value)
            if indexed is not None:
                return indexed
    return found.items()


def _check_threshold(tenant: SimulatedTenant, found: SharePointList, condition: Condition) -> None:
    """Fail as a large list does when its first indexed predicate selects too many rows."""
    if len(found) < tenant.list_view_threshold:
        return
    clauses = conjuncts(condition)
    names = [clause.path for clause in clauses if isinstance(clause, Comparison)]
    first = next((name for name in names if _is_indexed(tenant, found, _bare(name))), None)
    deciding = [
        clause for clause in clauses if isinstance(clause, Comparison) and clause.path == first
    ]
    count = 0
    for item in _candidates(found, deciding[0]) if deciding else found.items():
        count += all(_matches(clause, item) for clause in deciding)
        if count >= tenant.list_view_threshold:
            raise _throttled()


def _check_order(tenant: SimulatedTenant, request: GraphRequest, found: SharePointList) -> bool:
    """Return whether the order is descending; only ``id`` is a cheap order."""
    text = (request.option("$orderby") or "id").strip()
    name, _, direction = text.partition(" ")
    descending = direction.strip().lower() == "desc"
    if _bare(name) not in _ALWAYS_INDEXED:
        column = _column_name(found, name)
        if not _is_indexed(tenant, found, column):
            raise _not_indexed(column)
        raise bad_request("The tenant orders items by id only.", "invalidRequest")
    if descending and len(found) >= tenant.list_view_threshold:
        raise _throttled()
    return descending


def _matches(condition: Condition, item: Item) -> bool:
    def read(path: str) -> Any:
        name = _bare(path)
        if name in _ALWAYS_INDEXED:
            return item.id
        if name in {"Created", "Modified"}:
            return item.created_at if name == "Created" else item.modified_at
        return item.fields.get(name)

    return matches(condition, read)


def _column_name(found: SharePointList, path: str) -> str:
    name = _bare(path)
    if not path.startswith(_PREFIX) and name not in _ALWAYS_INDEXED:
        raise bad_request(f"Items can't be filtered by '{path}'.", "invalidRequest")
    if name not in _ALWAYS_INDEXED and found.column(name) is None:
        raise bad_request(f"Field '{name}' is not recognized", "invalidRequest")
    return name


def _is_indexed(tenant: SimulatedTenant, found: SharePointList, name: str) -> bool:
    """Say whether an index can be used; one that was added to a list with rows is built later."""
    if name in _ALWAYS_INDEXED:
        return True
    column = found.column(name)
    if column is None or not column.indexed:
        return False
    since = column.indexed_at
    return since is None or since + tenant.traits.indexlag <= tenant.clock()


def _bare(path: str) -> str:
    return path.removeprefix(_PREFIX)


def _found_item(found: SharePointList, request: GraphRequest) -> Item:
    item = found.find(request.params[2])
    if item is None:
        raise item_not_found("The specified item was not found")
    return item


def _check_version(request: GraphRequest, item: Item) -> None:
    wanted = request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return
    if wanted.strip().removeprefix("W/").strip('"') != item.etag.strip('"'):
        raise GraphError(
            HTTPStatus.PRECONDITION_FAILED,
            "entityTagDoesNotMatch",
            "ETag does not match current item's value",
        )


def _entity(request: GraphRequest, site: Site, body: dict[str, Any]) -> GraphResponse:
    response = ok({"@odata.context": _context(request, site), **body})
    if "@odata.etag" in body:
        response.headers["ETag"] = body["@odata.etag"]
    return response


def _context(request: GraphRequest, site: Site) -> str:
    return f"{request.base_url}/v1.0/$metadata#sites('{site.id}')/lists/items/$entity"


def _not_indexed(name: str) -> GraphError:
    return bad_request(
        f"Field '{name}' cannot be referenced in filter or orderby as it is not indexed. Provide"
        f" the 'Prefer: {_HONOR_NON_INDEXED}' header to allow this, but be warned that such"
        " queries may fail on large lists.",
        "invalidRequest",
    )


def _throttled() -> GraphError:
    return GraphError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "TooManyRequests",
        "The attempted operation is prohibited because it exceeds the list view threshold.",
    )
