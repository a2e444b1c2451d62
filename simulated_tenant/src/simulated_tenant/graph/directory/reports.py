"""The registration report and the organisation."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from simulated_tenant.clock import graph_time
from simulated_tenant.directory.users import User
from simulated_tenant.errors import GraphError, resource_not_found
from simulated_tenant.graph.messages import GraphRequest, GraphResponse, ok
from simulated_tenant.graph.query import odata
from simulated_tenant.graph.query.evaluation import matches
from simulated_tenant.graph.query.filters import parse_filter
from simulated_tenant.tenant import SimulatedTenant

_DEFAULT_PAGE, _MAX_PAGE = 1000, 1000
_PASSWORDLESS = frozenset(
    {"passKeyDeviceBound", "windowsHelloForBusiness", "macOsSecureEnclaveKey"}
)

_WINDOWS_HELLO = "windowsHelloForBusiness"


def list_registrations(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /reports/authenticationMethods/userRegistrationDetails``: late, and P1 only."""
    _require_premium(tenant)
    size = odata.page_size(request, default=_DEFAULT_PAGE, maximum=_MAX_PAGE, cap=tenant.page_cap)
    users, next_link = odata.page(request, _users(tenant, request), size, lambda one: one.sequence)
    value = [_details(tenant, user) for user in users]
    return ok(odata.collection(_context(request), value, next_link))


def get_registration(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET …/userRegistrationDetails/{id}``: one user's."""
    _require_premium(tenant)
    user = tenant.users.find(request.params[0])
    if user is None:
        raise resource_not_found(request.params[0])
    return ok({"@odata.context": _context(request) + "/$entity", **_details(tenant, user)})


def get_organization(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /organization``: always a collection of one."""
    domains = [
        {
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isDefault": position == 0,
            "isInitial": position == 0,
            "name": name,
            "type": "Managed",
        }
        for position, name in enumerate(tenant.domains)
    ]
    properties: dict[str, Any] = {
        "id": tenant.tenant_id,
        "displayName": "Contoso (simulated)",
        "countryLetterCode": "GB",
        "tenantType": "AAD",
        "preferredLanguage": "en",
        "onPremisesSyncEnabled": None,
        "technicalNotificationMails": [],
        "verifiedDomains": domains,
    }
    wanted = odata.selection(request)
    body = properties if wanted is None else odata.pick(properties, wanted, "organization")
    context = f"{request.base_url}/v1.0/$metadata#organization"
    return ok(odata.collection(context, [body], None))


def _users(tenant: SimulatedTenant, request: GraphRequest) -> Iterator[User]:
    text = request.option("$filter")
    if text is None:
        return iter(tenant.users)
    condition = parse_filter(text)
    return (user for user in tenant.users if matches(condition, _details(tenant, user).get))


def _details(tenant: SimulatedTenant, user: User) -> dict[str, Any]:
    known_until = tenant.clock() - tenant.report_lag
    known = [one for one in user.methods if one.created_at <= known_until]
    words = {one.report_word: None for one in known if one.report_word is not None}
    # Windows Hello for Business alone doesn't count as registered for MFA, though it is listed.
    registered = not {one.reported_as for one in known} <= {None, _WINDOWS_HELLO}
    return {
        "id": user.id,
        "userPrincipalName": user.user_principal_name,
        "userDisplayName": user.display_name,
        "userType": user.user_type.lower(),
        "isAdmin": False,
        "isSsprRegistered": registered,
        "isSsprEnabled": True,
        "isSsprCapable": registered,
        "isMfaRegistered": registered,
        "isMfaCapable": registered,
        "isPasswordlessCapable": not _PASSWORDLESS.isdisjoint(words),
        "methodsRegistered": list(words) or (None if tenant.traits.nulls else []),
        "isSystemPreferredAuthenticationMethodEnabled": True,
        "systemPreferredAuthenticationMethods": [],
        "userPreferredMethodForSecondaryAuthentication": "push" if registered else "none",
        "lastUpdatedDateTime": graph_time(known_until),
    }


def _require_premium(tenant: SimulatedTenant) -> None:
    if not tenant.premium:
        raise GraphError(
            HTTPStatus.FORBIDDEN,
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            "Neither tenant is B2C or tenant doesn't have premium license",
        )


def _context(request: GraphRequest) -> str:
    return (
        f"{request.base_url}/v1.0/$metadata#reports/authenticationMethods/userRegistrationDetails"
    )
