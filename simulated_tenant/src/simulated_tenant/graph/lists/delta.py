"""Follow the changes of a list: `items/delta`."""

from http import HTTPStatus
from typing import Any

from simulated_tenant.errors import GraphError
from simulated_tenant.graph.lists.items import shown_item
from simulated_tenant.graph.lists.sites import found_list
from simulated_tenant.graph.messages import GraphRequest, GraphResponse, ok
from simulated_tenant.graph.query import odata
from simulated_tenant.sharepoint.lists import Item, SharePointList
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.tenant import SimulatedTenant

_PAGE, _MAX_PAGE = 200, 5000
_LATEST = "latest"


def items_delta(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET …/items/delta``: every item first, changes afterwards; 410 for a token too old."""
    site, found = found_list(tenant, request)
    size = odata.page_size(request, default=_PAGE, maximum=_MAX_PAGE, cap=tenant.page_cap)
    context = f"{request.base_url}/v1.0/$metadata#Collection(listItem)"
    token = request.option("token") or request.option("$skiptoken")
    if token == _LATEST:
        return ok(_last(request, found, context, [], found.definition.last_change))
    since = 0 if token is None else _position(request, found, token)
    changes = found.changes_after(since)
    chosen = changes[:size]
    # A first synchronisation has no use for what was deleted before it began.
    shown = [item for item in chosen if since > 0 or not item.deleted]
    value = [_shown(tenant, request, site, found, item) for item in shown]
    if len(changes) > size:
        link = request.url_with(token=_token(found, chosen[-1].change))
        return ok({"@odata.context": context, "@odata.nextLink": link, "value": value})
    reached = chosen[-1].change if chosen else since
    return ok(_last(request, found, context, value, reached))


def _last(
    request: GraphRequest, found: SharePointList, context: str, value: list[Any], change: int
) -> dict[str, Any]:
    link = request.url_with(token=_token(found, change))
    return {"@odata.context": context, "@odata.deltaLink": link, "value": value}


def _token(found: SharePointList, change: int) -> str:
    return f"{found.definition.delta_epoch}.{odata.encode_token(change)}"


def _position(request: GraphRequest, found: SharePointList, token: str) -> int:
    epoch, _, position = token.partition(".")
    if epoch != str(found.definition.delta_epoch):
        raise GraphError(
            HTTPStatus.GONE,
            "resyncRequired",
            "Resync required. Replace any local items with the server's version.",
            {"Location": request.url_with()},
        )
    return odata.decode_token(position)


def _shown(
    tenant: SimulatedTenant, request: GraphRequest, site: Site, found: SharePointList, item: Item
) -> dict[str, Any]:
    if item.deleted:
        return {"id": str(item.id), "deleted": {"state": "deleted"}}
    return shown_item(tenant, request, site, found, item)
