"""Decide whether a caller may make a call, and refuse in the words of the service behind it."""

from http import HTTPStatus

from simulated_tenant.directory.users import User
from simulated_tenant.entra.tokens import Caller
from simulated_tenant.errors import GraphError
from simulated_tenant.permissions import (
    ALLOWED,
    CHECK_MEMBER_GROUPS,
    CHECK_MEMBER_GROUPS_NEEDS,
    FULL_PROFILE,
    GROUP_ROLE_CALLS,
    SITE_ACCESS,
    Service,
    service_of,
    site_access_of,
)
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.tenant import SimulatedTenant


def authorize(
    tenant: SimulatedTenant, caller: Caller, operation: str, params: tuple[str, ...]
) -> None:
    """Let an operation such as ``GET /users/{id}`` pass, or raise 403.

    The token's roles decide first. Then what isn't in a token: a site grant, Exchange's RBAC for
    one mailbox, a directory role over one group; these are read afresh at every call.
    """
    if caller.user_id is not None:
        _authorize_person(tenant, caller, operation, params)
        return
    if tenant.traits.groupread and operation == CHECK_MEMBER_GROUPS:
        if any(not caller.roles & needed for needed in CHECK_MEMBER_GROUPS_NEEDS):
            raise denied(Service.DIRECTORY)
    elif not caller.roles & ALLOWED[operation] and not _has_grant(
        tenant, caller, operation, params
    ):
        raise denied(service_of(operation))


def _has_grant(
    tenant: SimulatedTenant, caller: Caller, operation: str, params: tuple[str, ...]
) -> bool:
    """Say whether something that isn't in the token lets an app pass."""
    service = service_of(operation)
    if service is Service.SHAREPOINT:
        return _has_site_grant(tenant, caller, operation, params)
    if service is Service.EXCHANGE:
        return _has_mailbox_scope(tenant, caller, operation, params)
    app = tenant.apps.get(caller.client_id)
    return (
        operation in GROUP_ROLE_CALLS and app is not None and params[0].lower() in app.group_scopes
    )


def _authorize_person(
    tenant: SimulatedTenant, caller: Caller, operation: str, params: tuple[str, ...]
) -> None:
    """Let a person pass where the app's delegated permissions and their own rights both reach."""
    service = service_of(operation)
    may = bool(caller.scopes & ALLOWED[operation]) and service is not Service.EXCHANGE
    if may and service is Service.SHAREPOINT:
        site = tenant.sites.find(params[0])
        may = site is None or caller.user_id in site.owners
    if not may:
        raise denied(service)


def may_read_full_profile(caller: Caller) -> bool:
    """Say whether a caller sees more of a user than the basic profile."""
    return bool(caller.roles & FULL_PROFILE)


def mailbox_permissions(tenant: SimulatedTenant, caller: Caller, mailbox: User) -> frozenset[str]:
    """Return the mail permissions that a caller has on one mailbox, from token and RBAC."""
    scoped = _mailbox_scopes(tenant, caller)
    granted = {name for name, mailboxes in scoped.items() if mailbox.id in mailboxes}
    return caller.roles | granted


def denied(service: Service) -> GraphError:
    """Build the 403 of a service."""
    if service is Service.SHAREPOINT:
        return GraphError(HTTPStatus.FORBIDDEN, "accessDenied", "Access denied")
    if service is Service.EXCHANGE:
        return GraphError(
            HTTPStatus.FORBIDDEN,
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again.",
        )
    return GraphError(
        HTTPStatus.FORBIDDEN,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )


def _has_site_grant(
    tenant: SimulatedTenant, caller: Caller, operation: str, params: tuple[str, ...]
) -> bool:
    site: Site | None = tenant.sites.find(params[0])
    if site is None or "Sites.Selected" not in caller.roles:
        return False
    granted = site.grants.get(caller.client_id, [])
    return bool(SITE_ACCESS[site_access_of(operation)].intersection(granted))


def _has_mailbox_scope(
    tenant: SimulatedTenant, caller: Caller, operation: str, params: tuple[str, ...]
) -> bool:
    scopes = _mailbox_scopes(tenant, caller)
    relevant = [boxes for name, boxes in scopes.items() if name in ALLOWED[operation]]
    mailbox = tenant.users.find(params[0]) or tenant.users.find_by_address(params[0])
    if mailbox is None:
        # Exchange can't place the mailbox in or out of a scope: the handler answers 404.
        return bool(relevant)
    return any(mailbox.id in boxes for boxes in relevant)


def _mailbox_scopes(tenant: SimulatedTenant, caller: Caller) -> dict[str, list[str]]:
    """Return what Exchange's RBAC grants to an app, which takes a while to be in force."""
    app = tenant.apps.get(caller.client_id)
    if app is None:
        return {}
    lag = tenant.traits.rbaclag
    if lag and app.scoped_at is not None and tenant.clock() < app.scoped_at + lag:
        return {}
    return app.mailbox_scopes
