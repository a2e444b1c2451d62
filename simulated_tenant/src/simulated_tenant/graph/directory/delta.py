"""Follow the changes of the directory's users: `/users/delta`."""

from typing import Any

from simulated_tenant.directory.users import DeletedUser, User
from simulated_tenant.graph.directory.users import shown
from simulated_tenant.graph.messages import GraphRequest, GraphResponse, ok
from simulated_tenant.graph.query import odata
from simulated_tenant.tenant import SimulatedTenant

_PAGE = 200
_LATEST = "latest"


def users_delta(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users/delta``: every user first, changes afterwards, ``@removed`` for the deleted."""
    context = f"{request.base_url}/v1.0/$metadata#users(delta)"
    token = request.option("$deltatoken") or request.option("$skiptoken")
    if token == _LATEST:
        return ok(_last(request, context, [], tenant.users.last_change))
    since = 0 if token is None else odata.decode_token(token)
    changes = tenant.users.changes_after(since)
    chosen = changes[: tenant.page_cap or _PAGE]
    present = [one for one in chosen if since > 0 or isinstance(one, User)]
    value = [_shown(tenant, request, one) for one in present]
    reached = chosen[-1].change if chosen else since
    if len(changes) > len(chosen):
        link = request.url_with(skiptoken=odata.encode_token(reached))
        return ok({"@odata.context": context, "@odata.nextLink": link, "value": value})
    return ok(_last(request, context, value, reached))


def _last(request: GraphRequest, context: str, value: list[Any], change: int) -> dict[str, Any]:
    link = request.url_with(deltatoken=odata.encode_token(change))
    return {"@odata.context": context, "@odata.deltaLink": link, "value": value}


def _shown(
    tenant: SimulatedTenant, request: GraphRequest, one: User | DeletedUser
) -> dict[str, Any]:
    if isinstance(one, DeletedUser):
        return {"id": one.id, "@removed": {"reason": "changed"}}
    return {"id": one.id, **shown(tenant, request, one)}
