"""Graph's users, their managers and their authentication methods."""

from collections.abc import Iterator
from typing import Any

from simulated_tenant.directory.methods import UNLISTED
from simulated_tenant.directory.users import User
from simulated_tenant.errors import bad_request, resource_not_found
from simulated_tenant.graph.authorization import denied, may_read_full_profile
from simulated_tenant.graph.directory.shapes import (
    BASIC_USER_PROPERTIES,
    DEFAULT_USER_PROPERTIES,
    method_properties,
    user_properties,
)
from simulated_tenant.graph.messages import GraphRequest, GraphResponse, ok
from simulated_tenant.graph.query import odata
from simulated_tenant.graph.query.evaluation import matches
from simulated_tenant.graph.query.filters import (
    AnyOf,
    Comparison,
    Condition,
    Junction,
    parse_filter,
)
from simulated_tenant.permissions import Service
from simulated_tenant.tenant import SimulatedTenant

_DEFAULT_PAGE, _MAX_PAGE = 100, 999
_FILTERABLE = frozenset(
    ["id", "userPrincipalName", "mail", "displayName", "accountEnabled", "userType", "department"]
)
_MAX_CLAUSES = 15
# Of what Graph's metadata lets be null: what everybody has in a tenant that is well kept.
_NULLABLE = ("displayName", "userType")


def get_user(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users/{id|upn}``."""
    user = found_user(tenant, request.params[0])
    body = shown(tenant, request, user)
    context = f"{request.base_url}/v1.0/$metadata#users{context_suffix(request)}/$entity"
    return ok({"@odata.context": context, **body})


def list_users(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users``, paged, filtered by what the directory indexes."""
    size = odata.page_size(request, default=_DEFAULT_PAGE, maximum=_MAX_PAGE, cap=tenant.page_cap)
    if request.option("$orderby") and request.option("$filter"):
        raise _unsupported("Sorting not supported for current query.")
    users = (user for user in _candidates(tenant, request) if _is_seen(tenant, user))
    chosen, next_link = odata.page(request, users, size, lambda user: user.sequence)
    context = f"{request.base_url}/v1.0/$metadata#users{context_suffix(request)}"
    value = [shown(tenant, request, user) for user in chosen]
    return ok(odata.collection(context, value, next_link))


def get_manager(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users/{id}/manager``: no manager and no user are the same 404."""
    manager = tenant.users.find(found_user(tenant, request.params[0]).manager_id or "")
    if manager is None:
        raise resource_not_found("manager")
    wanted = odata.selection(request) or DEFAULT_USER_PROPERTIES
    context = f"{request.base_url}/v1.0/$metadata#directoryObjects/$entity"
    body = {
        "@odata.context": context,
        "@odata.type": "#microsoft.graph.user",
        **odata.pick(user_properties(manager), wanted, "user"),
    }
    return ok(body)


def list_methods(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users/{id}/authentication/methods``: one user's, unpaged."""
    user = found_user(tenant, request.params[0])
    context = f"{request.base_url}/v1.0/$metadata#users('{user.id}')/authentication/methods"
    value = [method_properties(one) for one in user.methods if one.type not in UNLISTED]
    return ok(odata.collection(context, value, None))


def found_user(tenant: SimulatedTenant, key: str) -> User:
    """Return the user whom a path names, or raise 404, also while the user is quite new."""
    user = tenant.users.find(key)
    if user is None or not _is_seen(tenant, user):
        raise resource_not_found(key)
    return user


def shown(tenant: SimulatedTenant, request: GraphRequest, user: User) -> dict[str, Any]:
    """Return a user as the request's ``$select`` and ``$expand`` want it.

    Without ``User.Read.All`` the basic profile is all there is: asking for more is refused, and
    what the default set holds beyond it is null.
    """
    properties = user_properties(user)
    wanted = odata.selection(request)
    if not may_read_full_profile(request.caller):
        if wanted is not None and not BASIC_USER_PROPERTIES.issuperset(wanted):
            raise denied(Service.DIRECTORY)
        for name in DEFAULT_USER_PROPERTIES:
            if name not in BASIC_USER_PROPERTIES:
                properties[name] = [] if name == "businessPhones" else None
    if tenant.traits.nulls:
        properties |= dict.fromkeys(_NULLABLE)
        # microsoft-graph-docs#16054: null, whatever is granted.
        properties["accountEnabled"] = user.account_enabled or None
    body = odata.pick(properties, wanted or DEFAULT_USER_PROPERTIES, "user")
    for name, expansion in odata.expansions(request).items():
        if name != "manager":
            raise bad_request(
                f"Could not find a property named '{name}' on type 'microsoft.graph.user'."
            )
        if not may_read_full_profile(request.caller):
            raise denied(Service.DIRECTORY)
        manager = tenant.users.find(user.manager_id or "")
        if manager is not None:
            chosen = expansion.select or DEFAULT_USER_PROPERTIES
            body["manager"] = {
                "@odata.type": "#microsoft.graph.user",
                **odata.pick(user_properties(manager), chosen, "user"),
            }
    return body


def _is_seen(tenant: SimulatedTenant, user: User) -> bool:
    return user.created_at + tenant.traits.userlag <= tenant.clock()


def context_suffix(request: GraphRequest) -> str:
    """Return the selected properties as an ``@odata.context`` shows them."""
    wanted = odata.selection(request)
    return f"({','.join(wanted)})" if wanted else ""


def _candidates(tenant: SimulatedTenant, request: GraphRequest) -> Iterator[User]:
    text = request.option("$filter")
    if text is None:
        return iter(tenant.users)
    condition = parse_filter(text)
    clauses = _check_filter(condition)
    if clauses > _MAX_CLAUSES:
        raise bad_request("Too many child clauses specified in search filter expression.")
    indexed = _indexed(tenant, condition)
    users = iter(tenant.users) if indexed is None else _in_order(indexed)
    return (user for user in users if _matches(condition, user))


def _in_order(users: dict[str, User]) -> Iterator[User]:
    return iter(sorted(users.values(), key=lambda user: user.sequence))


def _matches(condition: Condition, user: User) -> bool:
    properties = user_properties(user)
    return matches(condition, properties.get)


def _indexed(tenant: SimulatedTenant, condition: Condition) -> dict[str, User] | None:
    """Return the users that can match, from the indexes; None where only a scan would tell."""
    if isinstance(condition, Junction):
        return _indexed_jointly(tenant, condition)
    if isinstance(condition, AnyOf):
        # The variable stands for a proxy address such as ``smtp:ann@contoso.example``.
        return _by_address(tenant, condition.condition)
    if not isinstance(condition, Comparison) or condition.operator not in {"eq", "in"}:
        return None
    if condition.path == "mail":
        return _by_address(tenant, condition)
    if condition.path in {"id", "userPrincipalName"}:
        found = [tenant.users.find(str(value)) for value in _values(condition)]
        return {user.id: user for user in found if user is not None}
    return None


def _indexed_jointly(tenant: SimulatedTenant, junction: Junction) -> dict[str, User] | None:
    parts = [_indexed(tenant, part) for part in junction.parts]
    known = [part for part in parts if part is not None]
    if junction.operator == "and":
        return known[0] if known else None
    if len(known) < len(parts):
        return None
    return {user_id: user for part in known for user_id, user in part.items()}


def _by_address(tenant: SimulatedTenant, condition: Condition) -> dict[str, User] | None:
    if not isinstance(condition, Comparison) or condition.operator not in {"eq", "in"}:
        return None
    addresses = [str(value).rpartition(":")[2] for value in _values(condition)]
    return {user.id: user for address in addresses for user in tenant.users.holders(address)}


def _values(comparison: Comparison) -> tuple[object, ...]:
    value = comparison.value
    return value if isinstance(value, tuple) else (value,)


def _check_filter(condition: Condition) -> int:
    """Refuse what needs an advanced query; return the number of clauses."""
    if isinstance(condition, Junction):
        return sum(_check_filter(part) for part in condition.parts)
    if isinstance(condition, AnyOf):
        if condition.path != "proxyAddresses":
            raise _unsupported("Unsupported property filter clause.")
        return 1
    if isinstance(condition, Comparison):
        if condition.path not in _FILTERABLE or condition.operator not in {
            "eq",
            "in",
            "startswith",
        }:
            raise _unsupported("Unsupported or invalid query filter clause specified.")
        return len(condition.value) if isinstance(condition.value, tuple) else 1
    raise _unsupported("Operator 'not' is not supported without the advanced query parameters.")


def _unsupported(message: str) -> Exception:
    return bad_request(message, "Request_UnsupportedQuery")
